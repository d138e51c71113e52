CREATE TABLE `login_events` (
	`id` integer PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`user_id` integer NOT NULL,
	`session_id` integer NOT NULL,
	`what` integer NOT NULL,
	`result` integer NOT NULL,
	`subject` text NOT NULL,
	`device` integer NOT NULL,
	`uuid` text NOT NULL,
	`address` text NOT NULL,
	`port` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `login_events_user` ON `login_events` (`user_id`,`at`);--> statement-breakpoint
CREATE INDEX `login_events_address` ON `login_events` (`address`,`at`);--> statement-breakpoint
CREATE INDEX `login_events_age` ON `login_events` (`at`);--> statement-breakpoint
ALTER TABLE `sessions` ADD `address` text DEFAULT '' NOT NULL;