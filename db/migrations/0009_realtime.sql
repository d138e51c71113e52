CREATE TABLE `inbox_cursors` (
	`user_id` integer NOT NULL,
	`device` integer NOT NULL,
	`seq` integer NOT NULL,
	PRIMARY KEY(`user_id`, `device`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `messages` (
	`id` integer PRIMARY KEY NOT NULL,
	`msg_id` text NOT NULL,
	`sender_id` integer NOT NULL,
	`conversation` text NOT NULL,
	`dest_type` integer NOT NULL,
	`dest_id` integer NOT NULL,
	`type` integer NOT NULL,
	`content` text NOT NULL,
	`device` integer NOT NULL,
	`created_at` integer NOT NULL,
	`recalled_at` integer,
	`recall_id` integer DEFAULT 0 NOT NULL,
	FOREIGN KEY (`sender_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `messages_once` ON `messages` (`msg_id`,`sender_id`);--> statement-breakpoint
CREATE INDEX `messages_history` ON `messages` (`conversation`,`id`);--> statement-breakpoint
CREATE TABLE `presences` (
	`user_id` integer NOT NULL,
	`home` text NOT NULL,
	`until` integer NOT NULL,
	PRIMARY KEY(`user_id`, `home`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `presences_home` ON `presences` (`home`);--> statement-breakpoint
CREATE TABLE `read_marks` (
	`user_id` integer NOT NULL,
	`conversation` text NOT NULL,
	`message_id` integer NOT NULL,
	`change_id` integer NOT NULL,
	PRIMARY KEY(`user_id`, `conversation`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
DROP INDEX `inbox_age`;--> statement-breakpoint
ALTER TABLE `inbox` ADD `message_id` integer;--> statement-breakpoint
ALTER TABLE `inbox` ADD `device` integer;