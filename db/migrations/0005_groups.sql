CREATE TABLE `group_levels` (
	`level` integer PRIMARY KEY NOT NULL,
	`fee` integer NOT NULL,
	`seconds` integer NOT NULL,
	CONSTRAINT "group_levels_level" CHECK("group_levels"."level" BETWEEN 1 AND 4),
	CONSTRAINT "group_levels_price" CHECK("group_levels"."fee" > 0 AND "group_levels"."seconds" > 0)
) STRICT;
--> statement-breakpoint
CREATE TABLE `group_notes` (
	`id` integer PRIMARY KEY NOT NULL,
	`group_id` integer NOT NULL,
	`user_id` integer NOT NULL,
	`title` text NOT NULL,
	`content` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`group_id`) REFERENCES `groups`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `group_notes_newest` ON `group_notes` (`group_id`,`updated_at`,`id`);--> statement-breakpoint
CREATE TABLE `ownership_offers` (
	`group_id` integer PRIMARY KEY NOT NULL,
	`from_id` integer NOT NULL,
	`to_id` integer NOT NULL,
	`offered_at` integer NOT NULL,
	FOREIGN KEY (`group_id`) REFERENCES `groups`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`from_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`to_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
ALTER TABLE `group_members` ADD `change_id` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `group_members_one_owner` ON `group_members` (`group_id`) WHERE role = 1;--> statement-breakpoint
ALTER TABLE `groups` ADD `search_name` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `groups` ADD `change_id` integer DEFAULT 0 NOT NULL;