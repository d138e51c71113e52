CREATE TABLE `catalogue_changes` (
	`id` integer PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`subject` text NOT NULL,
	`item` text NOT NULL,
	`actor` text NOT NULL,
	`before` text NOT NULL,
	`after` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `catalogue_changes_item` ON `catalogue_changes` (`subject`,`item`,`id`);--> statement-breakpoint
CREATE INDEX `catalogue_changes_subject` ON `catalogue_changes` (`subject`,`id`);--> statement-breakpoint
CREATE TABLE `__new_group_levels` (
	`level` integer PRIMARY KEY NOT NULL,
	`fee` integer NOT NULL,
	`seconds` integer NOT NULL,
	`capacity` integer DEFAULT 100 NOT NULL,
	`lower_fee` integer DEFAULT 0 NOT NULL,
	`fee_since` integer DEFAULT 0 NOT NULL,
	`withdrawn_at` integer,
	CONSTRAINT "group_levels_level" CHECK("__new_group_levels"."level" BETWEEN 0 AND 9),
	CONSTRAINT "group_levels_price" CHECK("__new_group_levels"."level" = 0 OR ("__new_group_levels"."fee" > 0 AND "__new_group_levels"."seconds" > 0)),
	CONSTRAINT "group_levels_capacity" CHECK("__new_group_levels"."capacity" BETWEEN 2 AND 10000)
) STRICT;
--> statement-breakpoint
INSERT INTO `__new_group_levels`("level", "fee", "seconds", "capacity") SELECT "level", "fee", "seconds", "capacity" FROM `group_levels`;--> statement-breakpoint
DROP TABLE `group_levels`;--> statement-breakpoint
ALTER TABLE `__new_group_levels` RENAME TO `group_levels`;--> statement-breakpoint
ALTER TABLE `gifts` ADD `picture` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `gifts` ADD `withdrawn_at` integer;--> statement-breakpoint
ALTER TABLE `releases` ADD `notes` text;--> statement-breakpoint
ALTER TABLE `releases` ADD `withdrawn_at` integer;--> statement-breakpoint
ALTER TABLE `number_types` ADD `withdrawn_at` integer;--> statement-breakpoint
ALTER TABLE `vip_numbers` ADD `withheld_at` integer;--> statement-breakpoint
CREATE TRIGGER catalogue_changes_no_update BEFORE UPDATE ON catalogue_changes BEGIN
  SELECT RAISE(ABORT, 'refused: catalogue_history_is_final');
END;
--> statement-breakpoint
CREATE TRIGGER catalogue_changes_no_delete BEFORE DELETE ON catalogue_changes BEGIN
  SELECT RAISE(ABORT, 'refused: catalogue_history_is_final');
END;
