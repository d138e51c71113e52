CREATE TABLE `push_outbox` (
	`id` integer PRIMARY KEY NOT NULL,
	`seq` integer NOT NULL,
	`user_id` integer NOT NULL,
	`device` integer NOT NULL,
	`due_at` integer NOT NULL,
	`tries` integer DEFAULT 0 NOT NULL,
	`claim` text DEFAULT '' NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `push_outbox_once` ON `push_outbox` (`seq`,`device`);--> statement-breakpoint
CREATE INDEX `push_outbox_due` ON `push_outbox` (`due_at`);--> statement-breakpoint
CREATE INDEX `push_outbox_claim` ON `push_outbox` (`claim`);--> statement-breakpoint
CREATE TABLE `push_progress` (
	`id` integer PRIMARY KEY NOT NULL,
	`seq` integer NOT NULL
) STRICT;
