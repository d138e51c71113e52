CREATE TABLE `person_takedowns` (
	`user_id` integer PRIMARY KEY NOT NULL,
	`is_return` integer DEFAULT 0 NOT NULL,
	`stage` integer DEFAULT 0 NOT NULL,
	`cursor` integer DEFAULT 0 NOT NULL,
	`began_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `takedown_files` (
	`takedown_id` integer NOT NULL,
	`key` text NOT NULL,
	`sha256` text NOT NULL,
	PRIMARY KEY(`takedown_id`, `key`),
	FOREIGN KEY (`takedown_id`) REFERENCES `takedowns`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `takedown_files_key` ON `takedown_files` (`key`);--> statement-breakpoint
CREATE INDEX `takedown_files_bytes` ON `takedown_files` (`sha256`) WHERE sha256 <> '';--> statement-breakpoint
CREATE TABLE `takedowns` (
	`id` integer PRIMARY KEY NOT NULL,
	`subject` text NOT NULL,
	`item` text NOT NULL,
	`owner_id` integer,
	`sealed` text NOT NULL,
	`taken_at` integer NOT NULL,
	`restored_at` integer,
	`change_id` integer DEFAULT 0 NOT NULL,
	FOREIGN KEY (`owner_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `takedowns_item` ON `takedowns` (`subject`,`item`);--> statement-breakpoint
CREATE INDEX `takedowns_owner` ON `takedowns` (`owner_id`,`id`);--> statement-breakpoint
CREATE INDEX `takedowns_sealed` ON `takedowns` (`taken_at`) WHERE sealed <> '';--> statement-breakpoint
CREATE INDEX `favourites_content` ON `favourites` (`content_digest`);--> statement-breakpoint
CREATE INDEX `group_departures_group` ON `group_departures` (`group_id`);--> statement-breakpoint
CREATE INDEX `event_bodies_profile` ON `event_bodies` (content ->> 'id') WHERE content GLOB '{"nickName":*';--> statement-breakpoint
CREATE INDEX `inbox_told` ON `inbox` (CASE WHEN json_valid(content) THEN content ->>
  CASE WHEN type < 14 THEN 'groupId' WHEN type = 47 OR type = 48 THEN 'id' ELSE 'feedId' END END) WHERE type IN (10, 13, 37, 38, 47, 48, 49);--> statement-breakpoint
CREATE INDEX `inbox_cards` ON `inbox` (`from_id`) WHERE type IN (8, 10, 11, 12, 13, 23);