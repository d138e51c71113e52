CREATE TABLE `audit` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`act` text NOT NULL,
	`at` integer NOT NULL,
	`actor_kind` text NOT NULL,
	`actor_id` integer NOT NULL,
	`actor` text NOT NULL,
	`operation` text NOT NULL,
	`subject` text NOT NULL,
	`subject_id` text NOT NULL,
	`request_id` text NOT NULL,
	`details_mac` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `audit_act_unique` ON `audit` (`act`);--> statement-breakpoint
CREATE INDEX `audit_subject` ON `audit` (`subject`,`subject_id`,`id`);--> statement-breakpoint
CREATE INDEX `audit_actor` ON `audit` (`actor_kind`,`actor_id`,`id`);--> statement-breakpoint
CREATE TABLE `audit_details` (
	`audit_id` integer PRIMARY KEY NOT NULL,
	`before` text NOT NULL,
	`after` text NOT NULL,
	`reason` text NOT NULL,
	`address` text NOT NULL,
	FOREIGN KEY (`audit_id`) REFERENCES `audit`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `audit_seals` (
	`from_id` integer PRIMARY KEY NOT NULL,
	`to_id` integer NOT NULL,
	`rows` integer NOT NULL,
	`last_at` integer NOT NULL,
	`digest` text NOT NULL,
	`mac` text NOT NULL,
	`sealed_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `audit_seals_to_id_unique` ON `audit_seals` (`to_id`);--> statement-breakpoint
CREATE TABLE `operation_replies` (
	`operator_id` integer NOT NULL,
	`operation` text NOT NULL,
	`key` text NOT NULL,
	`digest` text NOT NULL,
	`reply` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`operator_id`, `operation`, `key`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `operation_replies_age` ON `operation_replies` (`created_at`);--> statement-breakpoint
CREATE INDEX `users_nick_disabled` ON `users` (`nick_folded`) WHERE nick_folded IS NOT NULL AND status = 0;