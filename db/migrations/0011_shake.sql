CREATE TABLE `greetings` (
	`id` integer PRIMARY KEY NOT NULL,
	`user_id` integer NOT NULL,
	`from_id` integer NOT NULL,
	`thread_id` integer NOT NULL,
	`message` text NOT NULL,
	`created_at` integer NOT NULL,
	`deleted_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`from_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `greetings_user` ON `greetings` (`user_id`,`id`) WHERE thread_id = 0 AND deleted_at IS NULL;--> statement-breakpoint
CREATE INDEX `greetings_thread` ON `greetings` (`thread_id`,`id`) WHERE thread_id > 0;--> statement-breakpoint
CREATE TABLE `shake_records` (
	`id` integer PRIMARY KEY NOT NULL,
	`user_id` integer NOT NULL,
	`other_id` integer NOT NULL,
	`distance` integer NOT NULL,
	`created_at` integer NOT NULL,
	`deleted_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`other_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `shake_records_user` ON `shake_records` (`user_id`,`id`) WHERE deleted_at IS NULL;--> statement-breakpoint
CREATE INDEX `shake_records_pair` ON `shake_records` (`user_id`,`other_id`);