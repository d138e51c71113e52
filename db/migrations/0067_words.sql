CREATE TABLE `reviews` (
	`id` integer PRIMARY KEY NOT NULL,
	`scope` text NOT NULL,
	`user_id` integer,
	`place` text NOT NULL,
	`sealed` text NOT NULL,
	`cause` text NOT NULL,
	`created_at` integer NOT NULL,
	`state` integer DEFAULT 0 NOT NULL,
	`ended_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `reviews_waiting` ON `reviews` (`created_at`,`id`) WHERE state = 0;--> statement-breakpoint
CREATE INDEX `reviews_age` ON `reviews` (`created_at`);--> statement-breakpoint
CREATE INDEX `reviews_user` ON `reviews` (`user_id`,`id`);--> statement-breakpoint
CREATE TABLE `word_hits` (
	`day` integer NOT NULL,
	`word` text NOT NULL,
	`hits` integer NOT NULL,
	PRIMARY KEY(`day`, `word`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `word_hits_word` ON `word_hits` (`word`,`day`);--> statement-breakpoint
CREATE TABLE `words` (
	`word` text NOT NULL,
	`scope` text NOT NULL,
	`action` text NOT NULL,
	`added_at` integer NOT NULL,
	PRIMARY KEY(`word`, `scope`)
) STRICT;
