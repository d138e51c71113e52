CREATE TABLE `mobile_requests` (
	`user_id` integer PRIMARY KEY NOT NULL,
	`old_mobile` text NOT NULL,
	`new_mobile` text NOT NULL,
	`eyes` text NOT NULL,
	`eyes_name` text NOT NULL,
	`reason` text NOT NULL,
	`asked_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`change_id` integer DEFAULT 0 NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `mobile_requests_age` ON `mobile_requests` (`expires_at`);