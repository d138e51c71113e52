CREATE TABLE `places` (
	`user_id` integer PRIMARY KEY NOT NULL,
	`spot` text NOT NULL,
	`cell` integer NOT NULL,
	`x` integer NOT NULL,
	`y` integer NOT NULL,
	`z` integer NOT NULL,
	`sex` integer NOT NULL,
	`listed_at` integer NOT NULL,
	`seen_at` integer NOT NULL,
	`moved_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `places_cell` ON `places` (`sex`,`cell`,`listed_at`,`x`,`y`,`z`);--> statement-breakpoint
CREATE INDEX `places_seen` ON `places` (`seen_at`);--> statement-breakpoint
CREATE TABLE `visited_spots` (
	`user_id` integer NOT NULL,
	`spot` text NOT NULL,
	`seen_at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `spot`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `visited_spots_user` ON `visited_spots` (`user_id`,`seen_at`);--> statement-breakpoint
CREATE INDEX `visited_spots_seen` ON `visited_spots` (`seen_at`);