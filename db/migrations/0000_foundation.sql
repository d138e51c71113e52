CREATE TABLE `assertions` (
	`session_lives` integer DEFAULT 1 NOT NULL,
	`rows_changed` integer DEFAULT 1 NOT NULL,
	CONSTRAINT "session_lives" CHECK("assertions"."session_lives" = 1),
	CONSTRAINT "rows_changed" CHECK("assertions"."rows_changed" = 1)
) STRICT;
--> statement-breakpoint
CREATE TABLE `friendships` (
	`user_id` integer NOT NULL,
	`friend_id` integer NOT NULL,
	`state` integer DEFAULT 0 NOT NULL,
	`remark` text DEFAULT '' NOT NULL,
	`is_blocked` integer DEFAULT 0 NOT NULL,
	`receive_tip` integer DEFAULT 1 NOT NULL,
	`shows_moments` integer DEFAULT 1 NOT NULL,
	`views_moments` integer DEFAULT 1 NOT NULL,
	`background` text DEFAULT '' NOT NULL,
	`requested_at` integer,
	`became_friends_at` integer,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `friend_id`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`friend_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "friendships_state" CHECK("friendships"."state" IN (0, 1, 2)),
	CONSTRAINT "friendships_not_self" CHECK("friendships"."user_id" <> "friendships"."friend_id")
) STRICT;
--> statement-breakpoint
CREATE INDEX `friendships_of_friend` ON `friendships` (`friend_id`,`state`);--> statement-breakpoint
CREATE TABLE `group_members` (
	`group_id` integer NOT NULL,
	`user_id` integer NOT NULL,
	`state` integer DEFAULT 1 NOT NULL,
	`role` integer DEFAULT 3 NOT NULL,
	`group_nick_name` text DEFAULT '' NOT NULL,
	`inviter_id` integer DEFAULT 0 NOT NULL,
	`receive_tip` integer DEFAULT 1 NOT NULL,
	`background` text DEFAULT '' NOT NULL,
	`muted_until` integer DEFAULT 0 NOT NULL,
	`ext` text DEFAULT '' NOT NULL,
	`join_type` integer DEFAULT 0 NOT NULL,
	`application` text DEFAULT '' NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`group_id`, `user_id`),
	FOREIGN KEY (`group_id`) REFERENCES `groups`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "group_members_role" CHECK("group_members"."role" IN (1, 2, 3))
) STRICT;
--> statement-breakpoint
CREATE INDEX `group_members_user` ON `group_members` (`user_id`,`state`);--> statement-breakpoint
CREATE INDEX `group_members_roster` ON `group_members` (`group_id`,`state`,`role`);--> statement-breakpoint
CREATE TABLE `groups` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`description` text DEFAULT '' NOT NULL,
	`detail` text DEFAULT '' NOT NULL,
	`head_url` text DEFAULT '' NOT NULL,
	`owner_id` integer NOT NULL,
	`join_mode` integer DEFAULT 0 NOT NULL,
	`question` text DEFAULT '' NOT NULL,
	`answer` text DEFAULT '' NOT NULL,
	`fee` integer DEFAULT 0 NOT NULL,
	`lower_fee` integer DEFAULT 0 NOT NULL,
	`fee_since` integer DEFAULT 0 NOT NULL,
	`level` integer DEFAULT 0 NOT NULL,
	`level_expires_at` integer DEFAULT 0 NOT NULL,
	`robot` integer DEFAULT 0 NOT NULL,
	`welcome` text DEFAULT '' NOT NULL,
	`created_at` integer NOT NULL,
	`dismissed_at` integer,
	FOREIGN KEY (`owner_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "groups_join_mode" CHECK("groups"."join_mode" BETWEEN 0 AND 6)
) STRICT;
--> statement-breakpoint
CREATE INDEX `groups_owner` ON `groups` (`owner_id`);--> statement-breakpoint
CREATE TABLE `idempotency_keys` (
	`user_id` integer NOT NULL,
	`endpoint` text NOT NULL,
	`key` text NOT NULL,
	`digest` text NOT NULL,
	`reply` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `endpoint`, `key`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `idempotency_keys_age` ON `idempotency_keys` (`created_at`);--> statement-breakpoint
CREATE TABLE `identity_checks` (
	`user_id` integer PRIMARY KEY NOT NULL,
	`sealed_name` text NOT NULL,
	`sealed_id_no` text NOT NULL,
	`id_no_digest` text NOT NULL,
	`state` integer DEFAULT 0 NOT NULL,
	`submitted_at` integer NOT NULL,
	`decided_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `identity_checks_id_no` ON `identity_checks` (`id_no_digest`) WHERE state <> 2;--> statement-breakpoint
CREATE INDEX `identity_checks_waiting` ON `identity_checks` (`submitted_at`) WHERE state = 0;--> statement-breakpoint
CREATE TABLE `inbox` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`type` integer NOT NULL,
	`msg_id` text NOT NULL,
	`from_id` integer NOT NULL,
	`from_type` integer NOT NULL,
	`dest_id` integer NOT NULL,
	`content` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `inbox_user` ON `inbox` (`user_id`,`seq`);--> statement-breakpoint
CREATE INDEX `inbox_age` ON `inbox` (`created_at`);--> statement-breakpoint
CREATE TABLE `instance` (
	`name` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `label_friends` (
	`label_id` integer NOT NULL,
	`user_id` integer NOT NULL,
	`friend_id` integer NOT NULL,
	PRIMARY KEY(`label_id`, `friend_id`),
	FOREIGN KEY (`label_id`) REFERENCES `labels`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`friend_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `label_friends_friend` ON `label_friends` (`user_id`,`friend_id`);--> statement-breakpoint
CREATE TABLE `labels` (
	`id` integer PRIMARY KEY NOT NULL,
	`user_id` integer NOT NULL,
	`name` text NOT NULL,
	`sort` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`deleted_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `labels_name` ON `labels` (`user_id`,`name`) WHERE deleted_at IS NULL;--> statement-breakpoint
CREATE TABLE `pay_passwords` (
	`user_id` integer PRIMARY KEY NOT NULL,
	`digest` text NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `pins` (
	`user_id` integer NOT NULL,
	`dest_type` integer NOT NULL,
	`dest_id` integer NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `dest_type`, `dest_id`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `push_devices` (
	`user_id` integer NOT NULL,
	`device` integer NOT NULL,
	`token` text NOT NULL,
	`provider` text DEFAULT '' NOT NULL,
	`app_version` text DEFAULT '' NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `device`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `push_devices_token` ON `push_devices` (`token`);--> statement-breakpoint
CREATE TABLE `releases` (
	`id` integer PRIMARY KEY NOT NULL,
	`device` integer NOT NULL,
	`version` text NOT NULL,
	`content` text NOT NULL,
	`file` text DEFAULT '' NOT NULL,
	`file_size` integer DEFAULT 0 NOT NULL,
	`url` text NOT NULL,
	`is_update` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `releases_newest` ON `releases` (`device`,`created_at`);--> statement-breakpoint
CREATE TABLE `reminders` (
	`id` integer PRIMARY KEY NOT NULL,
	`user_id` integer NOT NULL,
	`content` text NOT NULL,
	`due_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `reminders_due` ON `reminders` (`due_at`);--> statement-breakpoint
CREATE INDEX `reminders_user` ON `reminders` (`user_id`);--> statement-breakpoint
CREATE TABLE `reports` (
	`id` integer PRIMARY KEY NOT NULL,
	`user_id` integer NOT NULL,
	`dest_type` integer NOT NULL,
	`dest_id` integer NOT NULL,
	`images` text DEFAULT '' NOT NULL,
	`message` text DEFAULT '' NOT NULL,
	`status` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `reports_open` ON `reports` (`status`,`created_at`);--> statement-breakpoint
CREATE INDEX `reports_user` ON `reports` (`user_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` integer PRIMARY KEY NOT NULL,
	`user_id` integer NOT NULL,
	`device` integer NOT NULL,
	`uuid` text DEFAULT '' NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`ended_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `sessions_one_a_device` ON `sessions` (`user_id`,`device`) WHERE ended_at IS NULL;--> statement-breakpoint
CREATE INDEX `sessions_expired` ON `sessions` (`expires_at`);--> statement-breakpoint
CREATE TABLE `sms_codes` (
	`mobile` text PRIMARY KEY NOT NULL,
	`digest` text NOT NULL,
	`expires_at` integer NOT NULL,
	`tries_left` integer NOT NULL,
	`used_by` integer
) STRICT;
--> statement-breakpoint
CREATE TABLE `sms_sends` (
	`id` integer PRIMARY KEY NOT NULL,
	`mobile` text NOT NULL,
	`address` text NOT NULL,
	`sent_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `sms_sends_mobile` ON `sms_sends` (`mobile`,`sent_at`);--> statement-breakpoint
CREATE INDEX `sms_sends_address` ON `sms_sends` (`address`,`sent_at`);--> statement-breakpoint
CREATE INDEX `sms_sends_time` ON `sms_sends` (`sent_at`);--> statement-breakpoint
CREATE TABLE `users` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`mobile` text NOT NULL,
	`vip_number` text,
	`password_hash` text NOT NULL,
	`name` text NOT NULL,
	`nick_name` text DEFAULT '' NOT NULL,
	`mail` text DEFAULT '' NOT NULL,
	`sex` text DEFAULT '' NOT NULL,
	`birthday` text DEFAULT '' NOT NULL,
	`sign` text DEFAULT '' NOT NULL,
	`province` text DEFAULT '' NOT NULL,
	`city` text DEFAULT '' NOT NULL,
	`district` text DEFAULT '' NOT NULL,
	`detail` text DEFAULT '' NOT NULL,
	`head_url` text DEFAULT '' NOT NULL,
	`moments_cover` text DEFAULT '' NOT NULL,
	`skin` text DEFAULT '' NOT NULL,
	`message_skin` text DEFAULT '' NOT NULL,
	`need_auth` integer DEFAULT 1 NOT NULL,
	`new_notification` integer DEFAULT 0 NOT NULL,
	`search_mobile` integer DEFAULT 1 NOT NULL,
	`is_auth` integer DEFAULT 0 NOT NULL,
	`status` integer DEFAULT 1 NOT NULL,
	`is_online` integer DEFAULT 0 NOT NULL,
	`recommender_id` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	CONSTRAINT "users_need_auth" CHECK("users"."need_auth" IN (0, 1)),
	CONSTRAINT "users_status" CHECK("users"."status" IN (0, 1))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `users_mobile_unique` ON `users` (`mobile`);--> statement-breakpoint
CREATE UNIQUE INDEX `users_vip_number_unique` ON `users` (`vip_number`);--> statement-breakpoint
CREATE TABLE `wrong_tries` (
	`key` text PRIMARY KEY NOT NULL,
	`count` integer NOT NULL,
	`since` integer NOT NULL,
	`locked_until` integer DEFAULT 0 NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `wrong_tries_since` ON `wrong_tries` (`since`);