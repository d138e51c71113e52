CREATE TABLE `operator_addresses` (
	`operator_id` integer NOT NULL,
	`address` text NOT NULL,
	`last_at` integer NOT NULL,
	PRIMARY KEY(`operator_id`, `address`),
	FOREIGN KEY (`operator_id`) REFERENCES `operators`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `operator_addresses_age` ON `operator_addresses` (`last_at`);--> statement-breakpoint
CREATE TABLE `operator_invitations` (
	`operator_id` integer PRIMARY KEY NOT NULL,
	`digest` text NOT NULL,
	`expires_at` integer NOT NULL,
	`password_hash` text,
	`sealed_totp` text,
	`recovery_digests` text,
	FOREIGN KEY (`operator_id`) REFERENCES `operators`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `operator_invitations_digest` ON `operator_invitations` (`digest`);--> statement-breakpoint
CREATE INDEX `operator_invitations_age` ON `operator_invitations` (`expires_at`);--> statement-breakpoint
CREATE TABLE `operator_recovery_codes` (
	`operator_id` integer NOT NULL,
	`digest` text NOT NULL,
	PRIMARY KEY(`operator_id`, `digest`),
	FOREIGN KEY (`operator_id`) REFERENCES `operators`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `operator_sessions` (
	`id` integer PRIMARY KEY NOT NULL,
	`operator_id` integer NOT NULL,
	`digest` text NOT NULL,
	`created_at` integer NOT NULL,
	`seen_at` integer NOT NULL,
	`address` text NOT NULL,
	`browser` text NOT NULL,
	FOREIGN KEY (`operator_id`) REFERENCES `operators`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `operator_sessions_digest` ON `operator_sessions` (`digest`);--> statement-breakpoint
CREATE INDEX `operator_sessions_of` ON `operator_sessions` (`operator_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `operator_sessions_seen` ON `operator_sessions` (`seen_at`);--> statement-breakpoint
CREATE TABLE `operator_tokens` (
	`id` integer PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`role` text NOT NULL,
	`scopes` text NOT NULL,
	`addresses` text NOT NULL,
	`digest` text NOT NULL,
	`created_by` integer,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	`revoked_at` integer,
	`change_id` integer DEFAULT 0 NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `operator_tokens_digest` ON `operator_tokens` (`digest`);--> statement-breakpoint
CREATE INDEX `operator_tokens_maker` ON `operator_tokens` (`created_by`);--> statement-breakpoint
CREATE UNIQUE INDEX `operator_tokens_name` ON `operator_tokens` (`name`) WHERE revoked_at IS NULL;--> statement-breakpoint
CREATE TABLE `operators` (
	`id` integer PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`role` text NOT NULL,
	`password_hash` text,
	`sealed_totp` text,
	`totp_step` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`removed_at` integer,
	`change_id` integer DEFAULT 0 NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `operators_name` ON `operators` (`name`) WHERE removed_at IS NULL;