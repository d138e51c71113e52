CREATE TABLE `message_counts` (
	`user_id` integer PRIMARY KEY NOT NULL,
	`day` integer NOT NULL,
	`count` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `greetings_kept` ON `greetings` (`user_id`) WHERE deleted_at IS NULL;--> statement-breakpoint
CREATE INDEX `sessions_ended` ON `sessions` (`ended_at`) WHERE ended_at IS NOT NULL;