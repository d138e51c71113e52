CREATE TABLE `contacts` (
	`user_id` integer NOT NULL,
	`position` integer NOT NULL,
	`phone` text NOT NULL,
	`mobile` text NOT NULL,
	`name` text NOT NULL,
	`head_url` text NOT NULL,
	PRIMARY KEY(`user_id`, `position`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `favourites` (
	`id` integer PRIMARY KEY NOT NULL,
	`user_id` integer NOT NULL,
	`category` integer NOT NULL,
	`content` text NOT NULL,
	`content_digest` text NOT NULL,
	`from_id` integer NOT NULL,
	`from_name` text NOT NULL,
	`from_head_url` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `favourites_user` ON `favourites` (`user_id`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `favourites_once` ON `favourites` (`user_id`,`from_id`,`category`,`content_digest`);--> statement-breakpoint
ALTER TABLE `friendships` ADD `change_id` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `labels` ADD `change_id` integer DEFAULT 0 NOT NULL;