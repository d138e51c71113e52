CREATE TABLE `known_logins` (
	`user_id` integer NOT NULL,
	`device` text NOT NULL,
	`kind` integer NOT NULL,
	`address` text NOT NULL,
	`last_day` integer NOT NULL,
	PRIMARY KEY(`user_id`, `device`, `kind`, `address`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `known_logins_device` ON `known_logins` (`device`,`user_id`) WHERE device <> '';--> statement-breakpoint
CREATE INDEX `known_logins_age` ON `known_logins` (`last_day`);--> statement-breakpoint
ALTER TABLE `sessions` ADD `last_day` integer;