CREATE TABLE `queue_items` (
	`queue` text NOT NULL,
	`item` text NOT NULL,
	`assignee` text NOT NULL,
	`assigned_at` integer NOT NULL,
	PRIMARY KEY(`queue`, `item`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `queue_notes` (
	`id` integer PRIMARY KEY NOT NULL,
	`queue` text NOT NULL,
	`item` text NOT NULL,
	`author` text NOT NULL,
	`note` text NOT NULL,
	`noted_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `queue_notes_item` ON `queue_notes` (`queue`,`item`,`id`);