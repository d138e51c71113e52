CREATE TABLE `event_bodies` (
	`id` integer PRIMARY KEY NOT NULL,
	`msg_id` text NOT NULL,
	`content` text NOT NULL
) STRICT;
--> statement-breakpoint
PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_inbox` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`type` integer NOT NULL,
	`msg_id` text NOT NULL,
	`from_id` integer NOT NULL,
	`from_type` integer NOT NULL,
	`dest_id` integer NOT NULL,
	`content` text NOT NULL,
	`created_at` integer NOT NULL,
	`message_id` integer,
	`device` integer,
	`body_id` integer,
	`span` integer GENERATED ALWAYS AS (seq >> 16) VIRTUAL
) STRICT;
--> statement-breakpoint
INSERT INTO `__new_inbox`("seq", "user_id", "type", "msg_id", "from_id", "from_type", "dest_id", "content", "created_at", "message_id", "device", "body_id") SELECT "seq", "user_id", "type", "msg_id", "from_id", "from_type", "dest_id", "content", "created_at", "message_id", "device", NULL FROM `inbox`;--> statement-breakpoint
-- The sequence goes on where it stood, though its last events may be gone: clients count on it.
DELETE FROM `sqlite_sequence` WHERE `name` = '__new_inbox';--> statement-breakpoint
INSERT INTO `sqlite_sequence` (`name`, `seq`) SELECT '__new_inbox', `seq` FROM `sqlite_sequence` WHERE `name` = 'inbox';--> statement-breakpoint
DROP TABLE `inbox`;--> statement-breakpoint
ALTER TABLE `__new_inbox` RENAME TO `inbox`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE INDEX `inbox_user` ON `inbox` (`span`,`user_id`);--> statement-breakpoint
DROP INDEX `friendships_of_friend`;--> statement-breakpoint
CREATE INDEX `friendships_of_friend` ON `friendships` (`friend_id`,`state`,`user_id`,`is_blocked`,`shows_moments`,`views_moments`);--> statement-breakpoint
ALTER TABLE `inbox_cursors` ADD `dropped` integer DEFAULT 0 NOT NULL;