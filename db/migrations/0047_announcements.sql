CREATE TABLE `announcement_targets` (
	`announcement_id` integer NOT NULL,
	`user_id` integer NOT NULL,
	PRIMARY KEY(`announcement_id`, `user_id`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `announcements` (
	`id` integer PRIMARY KEY NOT NULL,
	`seq` integer NOT NULL,
	`audience` integer NOT NULL,
	`device` integer,
	`last_user` integer NOT NULL,
	`msg_id` text NOT NULL,
	`content` text NOT NULL,
	`reach` integer NOT NULL,
	`got` integer DEFAULT 0 NOT NULL,
	`pushed_up_to` integer,
	`woken_up_to` integer DEFAULT 0,
	`sent_at` integer NOT NULL,
	`stopped_at` integer,
	`change_id` integer DEFAULT 0 NOT NULL,
	CONSTRAINT "announcements_audience" CHECK("announcements"."audience" IN (0, 1, 2))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `announcements_place` ON `announcements` (`seq`);--> statement-breakpoint
CREATE INDEX `announcements_untold` ON `announcements` (`id`) WHERE pushed_up_to IS NOT NULL;--> statement-breakpoint
CREATE INDEX `announcements_asleep` ON `announcements` (`id`) WHERE woken_up_to IS NOT NULL;--> statement-breakpoint
CREATE TABLE `device_counts` (
	`device` integer PRIMARY KEY NOT NULL,
	`people` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `official_notices` (
	`id` integer PRIMARY KEY NOT NULL,
	`user_id` integer NOT NULL,
	`msg_id` text NOT NULL,
	`content` text NOT NULL,
	`sent_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `official_notices_user` ON `official_notices` (`user_id`,`id`);
--> statement-breakpoint
INSERT INTO device_counts (device, people) SELECT device, count(*) FROM sessions WHERE ended_at IS NULL GROUP BY device;
--> statement-breakpoint
CREATE TRIGGER sessions_counted AFTER INSERT ON sessions WHEN NEW.ended_at IS NULL BEGIN
  INSERT INTO device_counts (device, people) VALUES (NEW.device, 1)
    ON CONFLICT (device) DO UPDATE SET people = people + 1;
END;
--> statement-breakpoint
CREATE TRIGGER sessions_ended_counted AFTER UPDATE OF ended_at ON sessions WHEN (NEW.ended_at IS NULL) <> (OLD.ended_at IS NULL) BEGIN
  UPDATE device_counts SET people = people + CASE WHEN NEW.ended_at IS NULL THEN 1 ELSE -1 END WHERE device = NEW.device;
END;
--> statement-breakpoint
CREATE TRIGGER sessions_gone_counted AFTER DELETE ON sessions WHEN OLD.ended_at IS NULL BEGIN
  UPDATE device_counts SET people = people - 1 WHERE device = OLD.device;
END;
