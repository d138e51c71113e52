CREATE TABLE `contact_books` (
	`user_id` integer NOT NULL,
	`part` integer NOT NULL,
	`sealed` text NOT NULL,
	`files` text NOT NULL,
	PRIMARY KEY(`user_id`, `part`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `learnt_by_network` (
	`network` text NOT NULL,
	`hour` integer NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`network`, `hour`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `learnt_by_network_hour` ON `learnt_by_network` (`hour`);--> statement-breakpoint
CREATE TABLE `learnt_numbers` (
	`user_id` integer NOT NULL,
	`digest` text NOT NULL,
	`learnt_at` integer NOT NULL,
	`learnt_by` integer NOT NULL,
	PRIMARY KEY(`user_id`, `digest`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `learnt_numbers_day` ON `learnt_numbers` (`user_id`,`learnt_at`,`learnt_by`);--> statement-breakpoint
CREATE INDEX `learnt_numbers_age` ON `learnt_numbers` (`learnt_at`);--> statement-breakpoint
-- Nobody is called by a part of their mobile any more: `138****0000`, or `+12****0123` for other countries.
UPDATE `group_members` SET `group_nick_name` = '用户' || `user_id`
WHERE `group_nick_name` LIKE '%****%' AND `group_nick_name` = (
  SELECT CASE WHEN `mobile` LIKE '+86%' THEN substr(`mobile`, 4, 3) ELSE substr(`mobile`, 1, 3) END || '****' || substr(`mobile`, -4)
  FROM `users` WHERE `users`.`id` = `group_members`.`user_id`);
--> statement-breakpoint
UPDATE `users` SET `nick_name` = '用户' || `id`
WHERE `nick_name` LIKE '%****%' AND `nick_name` =
  CASE WHEN `mobile` LIKE '+86%' THEN substr(`mobile`, 4, 3) ELSE substr(`mobile`, 1, 3) END || '****' || substr(`mobile`, -4);
--> statement-breakpoint
UPDATE `users` SET `name` = '用户' || `id`
WHERE `name` LIKE '%****%' AND `name` =
  CASE WHEN `mobile` LIKE '+86%' THEN substr(`mobile`, 4, 3) ELSE substr(`mobile`, 1, 3) END || '****' || substr(`mobile`, -4);
--> statement-breakpoint
-- Who gave no name has had no nickname either; the two are one.
UPDATE `users` SET `nick_name` = `name` WHERE `nick_name` = '' AND `name` = '用户' || `id`;
