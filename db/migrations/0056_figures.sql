CREATE TABLE `daily_figures` (
	`day` integer NOT NULL,
	`name` text NOT NULL,
	`value` integer NOT NULL,
	PRIMARY KEY(`day`, `name`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `job_runs` (
	`name` text PRIMARY KEY NOT NULL,
	`last_at` integer NOT NULL,
	`last_ms` integer NOT NULL,
	`runs` integer NOT NULL,
	`failures` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `running_figures` (
	`name` text PRIMARY KEY NOT NULL,
	`value` integer NOT NULL
) STRICT;
--> statement-breakpoint
ALTER TABLE `users` ADD `active_day` integer DEFAULT 0 NOT NULL;