CREATE TABLE `gifts` (
	`key` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`price` integer NOT NULL,
	CONSTRAINT "gifts_price" CHECK("gifts"."price" >= 0)
) STRICT;
--> statement-breakpoint
CREATE TABLE `moment_gifts` (
	`id` integer PRIMARY KEY NOT NULL,
	`giver_id` integer NOT NULL,
	`receiver_id` integer NOT NULL,
	`moment_id` integer NOT NULL,
	`content` text NOT NULL,
	`price` integer NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`giver_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`receiver_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "moment_gifts_price" CHECK("moment_gifts"."price" >= 0)
) STRICT;
--> statement-breakpoint
CREATE INDEX `moment_gifts_receiver` ON `moment_gifts` (`receiver_id`,`id`);