CREATE TABLE `message_gaps` (
	`conversation` text NOT NULL,
	`number` integer NOT NULL,
	`since` integer NOT NULL,
	PRIMARY KEY(`conversation`, `number`)
) STRICT;
--> statement-breakpoint
ALTER TABLE `group_members` ADD `spoke_id` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `messages` ADD `number` integer;--> statement-breakpoint
ALTER TABLE `messages` ADD `answers` integer;--> statement-breakpoint
ALTER TABLE `read_marks` ADD `changed_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `sessions` ADD `missed_seq` integer DEFAULT 0 NOT NULL;