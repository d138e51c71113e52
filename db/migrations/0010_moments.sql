CREATE TABLE `moment_audience` (
	`moment_id` integer NOT NULL,
	`user_id` integer NOT NULL,
	PRIMARY KEY(`moment_id`, `user_id`),
	FOREIGN KEY (`moment_id`) REFERENCES `moments`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `moment_comments` (
	`id` integer PRIMARY KEY NOT NULL,
	`moment_id` integer NOT NULL,
	`user_id` integer NOT NULL,
	`reply_user_id` integer,
	`text` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`moment_id`) REFERENCES `moments`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`reply_user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `moment_comments_moment` ON `moment_comments` (`moment_id`,`id`,`user_id`);--> statement-breakpoint
CREATE TABLE `moment_mentions` (
	`moment_id` integer NOT NULL,
	`user_id` integer NOT NULL,
	PRIMARY KEY(`moment_id`, `user_id`),
	FOREIGN KEY (`moment_id`) REFERENCES `moments`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `moment_praises` (
	`id` integer PRIMARY KEY NOT NULL,
	`moment_id` integer NOT NULL,
	`user_id` integer NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`moment_id`) REFERENCES `moments`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `moment_praises_person` ON `moment_praises` (`moment_id`,`user_id`);--> statement-breakpoint
CREATE TABLE `moments` (
	`id` integer PRIMARY KEY NOT NULL,
	`author_id` integer NOT NULL,
	`text` text DEFAULT '' NOT NULL,
	`images` text DEFAULT '' NOT NULL,
	`video` text DEFAULT '' NOT NULL,
	`latitude` real,
	`longitude` real,
	`address` text DEFAULT '' NOT NULL,
	`privacy` integer NOT NULL,
	`ext` text DEFAULT '' NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`author_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "moments_privacy" CHECK("moments"."privacy" IN (0, 1, 2, 3))
) STRICT;
--> statement-breakpoint
CREATE INDEX `moments_author` ON `moments` (`author_id`,`id`,`privacy`);--> statement-breakpoint
CREATE INDEX `moments_month` ON `moments` (`author_id`,`created_at`,`privacy`);--> statement-breakpoint
CREATE INDEX `moments_album` ON `moments` (`author_id`,`id`,`privacy`) WHERE images <> '';