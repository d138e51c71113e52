CREATE TABLE `wallet_holds` (
	`user_id` integer PRIMARY KEY NOT NULL,
	`limited_until` integer NOT NULL,
	`frozen_at` integer,
	`spent` integer DEFAULT 0 NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `wallet_holds_limited` ON `wallet_holds` (`limited_until`);