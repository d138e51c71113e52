CREATE TABLE `steps` (
	`id` integer PRIMARY KEY NOT NULL,
	`user_id` integer NOT NULL,
	`kind` integer NOT NULL,
	`reason` text NOT NULL,
	`laid_by` text NOT NULL,
	`began_at` integer NOT NULL,
	`until` integer,
	`ended_at` integer,
	`change_id` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `steps_standing` ON `steps` (`user_id`,`kind`) WHERE ended_at IS NULL;--> statement-breakpoint
CREATE INDEX `steps_user` ON `steps` (`user_id`,`id`);--> statement-breakpoint
CREATE INDEX `steps_due` ON `steps` (`until`) WHERE ended_at IS NULL AND until IS NOT NULL;--> statement-breakpoint
ALTER TABLE `reports` ADD `subject` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `reports` ADD `item` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `reports` ADD `category` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `reports` ADD `sealed` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `reports` ADD `files` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `reports` ADD `outcome` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `reports` ADD `change_id` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `reports_about` ON `reports` (`dest_type`,`dest_id`,`created_at`,`id`) WHERE status = 0;--> statement-breakpoint
CREATE INDEX `reports_closed` ON `reports` (`change_id`,`user_id`) WHERE change_id <> 0;--> statement-breakpoint
CREATE INDEX `reports_sealed` ON `reports` (`created_at`) WHERE sealed <> '';