CREATE TABLE `positions` (
	`user_id` integer PRIMARY KEY NOT NULL,
	`cell` integer NOT NULL,
	`x` integer NOT NULL,
	`y` integer NOT NULL,
	`z` integer NOT NULL,
	`sex` integer NOT NULL,
	`seen_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `positions_cell` ON `positions` (`sex`,`cell`,`seen_at`,`x`,`y`,`z`);--> statement-breakpoint
CREATE INDEX `positions_seen` ON `positions` (`seen_at`);--> statement-breakpoint
CREATE INDEX `friendships_blocks` ON `friendships` (`user_id`,`friend_id`) WHERE is_blocked = 1;--> statement-breakpoint
CREATE INDEX `friendships_blocked_by` ON `friendships` (`friend_id`,`user_id`) WHERE is_blocked = 1;