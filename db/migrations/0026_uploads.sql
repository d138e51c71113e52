CREATE TABLE `upload_usage` (
	`owner_id` integer PRIMARY KEY NOT NULL,
	`bytes` integer DEFAULT 0 NOT NULL,
	`files` integer DEFAULT 0 NOT NULL,
	`day` integer DEFAULT 0 NOT NULL,
	`day_bytes` integer DEFAULT 0 NOT NULL,
	`change_id` integer DEFAULT 0 NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `upload_walks` (
	`name` text PRIMARY KEY NOT NULL,
	`started_at` integer DEFAULT 0 NOT NULL,
	`plan` text DEFAULT '' NOT NULL,
	`place` integer DEFAULT 0 NOT NULL,
	`cursor` text DEFAULT '' NOT NULL,
	`completed` integer DEFAULT 0 NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `uploads` (
	`key` text PRIMARY KEY NOT NULL,
	`owner_id` integer,
	`bytes` integer NOT NULL,
	`sha256` text NOT NULL,
	`content_type` text NOT NULL,
	`made_at` integer NOT NULL,
	`state` integer DEFAULT 0 NOT NULL,
	`state_since` integer NOT NULL,
	`named_at` integer NOT NULL,
	`is_kept` integer DEFAULT 0 NOT NULL,
	`is_pending` integer DEFAULT 0 NOT NULL,
	`erased_at` integer,
	`change_id` integer DEFAULT 0 NOT NULL,
	FOREIGN KEY (`owner_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "uploads_state" CHECK("uploads"."state" IN (0, 1, 2, 3)),
	CONSTRAINT "uploads_bytes" CHECK("uploads"."bytes" >= 0),
	CONSTRAINT "uploads_erased" CHECK("uploads"."erased_at" IS NULL OR "uploads"."state" IN (2, 3))
) STRICT;
--> statement-breakpoint
CREATE INDEX `uploads_owner` ON `uploads` (`owner_id`,`key`);--> statement-breakpoint
CREATE INDEX `uploads_unnamed` ON `uploads` (`named_at`) WHERE state = 0 AND is_kept = 0;--> statement-breakpoint
CREATE INDEX `uploads_ending` ON `uploads` (`state`,`state_since`) WHERE state > 0 AND erased_at IS NULL;--> statement-breakpoint
CREATE INDEX `uploads_pending` ON `uploads` (`state_since`) WHERE is_pending = 1;