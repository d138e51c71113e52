CREATE TABLE `client_chats` (
	`user_id` integer NOT NULL,
	`chat_id` integer NOT NULL,
	`receive_tip` integer DEFAULT 1 NOT NULL,
	`remark` text DEFAULT '' NOT NULL,
	PRIMARY KEY(`user_id`, `chat_id`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `group_sanctions` (
	`group_id` integer NOT NULL,
	`user_id` integer NOT NULL,
	`kind` integer NOT NULL,
	`until` integer NOT NULL,
	`laid_by` integer NOT NULL,
	`laid_at` integer NOT NULL,
	PRIMARY KEY(`group_id`, `user_id`, `kind`),
	FOREIGN KEY (`group_id`) REFERENCES `groups`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`laid_by`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "group_sanctions_kind" CHECK("group_sanctions"."kind" IN (1, 2))
) STRICT;
--> statement-breakpoint
CREATE INDEX `group_sanctions_until` ON `group_sanctions` (`until`);--> statement-breakpoint
CREATE TABLE `__new_group_levels` (
	`level` integer PRIMARY KEY NOT NULL,
	`fee` integer NOT NULL,
	`seconds` integer NOT NULL,
	`capacity` integer DEFAULT 100 NOT NULL,
	CONSTRAINT "group_levels_level" CHECK("__new_group_levels"."level" BETWEEN 0 AND 4),
	CONSTRAINT "group_levels_price" CHECK("__new_group_levels"."level" = 0 OR ("__new_group_levels"."fee" > 0 AND "__new_group_levels"."seconds" > 0)),
	CONSTRAINT "group_levels_capacity" CHECK("__new_group_levels"."capacity" BETWEEN 2 AND 10000)
) STRICT;
--> statement-breakpoint
INSERT INTO `__new_group_levels`("level", "fee", "seconds", "capacity") SELECT "level", "fee", "seconds",
	CASE "level" WHEN 1 THEN 200 WHEN 2 THEN 500 WHEN 3 THEN 1000 ELSE 2000 END FROM `group_levels`;--> statement-breakpoint
-- What a group without a level holds.
INSERT INTO `__new_group_levels` (`level`, `fee`, `seconds`, `capacity`) VALUES (0, 0, 0, 100);--> statement-breakpoint
DROP TABLE `group_levels`;--> statement-breakpoint
ALTER TABLE `__new_group_levels` RENAME TO `group_levels`;
--> statement-breakpoint
-- Mutes that have not run out. Who laid them was not written down: the owner stands for them.
INSERT INTO `group_sanctions` (`group_id`, `user_id`, `kind`, `until`, `laid_by`, `laid_at`)
	SELECT m.group_id, m.user_id, 1, m.muted_until, g.owner_id, 0 FROM group_members AS m
	JOIN groups AS g ON g.id = m.group_id
	WHERE m.state = 1 AND m.muted_until > CAST(strftime('%s', 'now') AS INTEGER) * 1000;
