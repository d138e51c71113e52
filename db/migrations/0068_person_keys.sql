CREATE TABLE `erasures` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`kind` text NOT NULL,
	`key` text NOT NULL,
	`is_undone` integer DEFAULT 0 NOT NULL,
	`at` integer NOT NULL,
	`is_due` integer DEFAULT 0 NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `erasures_due` ON `erasures` (`id`) WHERE is_due = 1;--> statement-breakpoint
CREATE TABLE `person_keys` (
	`user_id` integer PRIMARY KEY NOT NULL,
	`key_name` text NOT NULL,
	`sealed_key` text NOT NULL,
	`sealed_under` text NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
ALTER TABLE `pay_passwords` ADD `pepper_name` text DEFAULT '' NOT NULL;