CREATE TABLE `group_departures` (
	`user_id` integer NOT NULL,
	`group_id` integer NOT NULL,
	`joined_seq` integer NOT NULL,
	`left_seq` integer NOT NULL,
	PRIMARY KEY(`user_id`, `group_id`, `joined_seq`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`group_id`) REFERENCES `groups`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `group_departures_left` ON `group_departures` (`left_seq`);--> statement-breakpoint
DROP INDEX `push_outbox_once`;--> statement-breakpoint
CREATE UNIQUE INDEX `push_outbox_once` ON `push_outbox` (`seq`,`user_id`,`device`);--> statement-breakpoint
ALTER TABLE `group_members` ADD `joined_seq` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `group_members_joined` ON `group_members` (`joined_seq`) WHERE joined_seq <> 0;--> statement-breakpoint
ALTER TABLE `inbox` ADD `except_id` integer;
--> statement-breakpoint
-- A member gets what is written to the group from the moment on in which they join it, in the order of statements.
CREATE TRIGGER group_members_added AFTER INSERT ON group_members WHEN NEW.state = 1 BEGIN
  UPDATE group_members SET joined_seq = COALESCE(NULLIF((SELECT seq FROM sqlite_sequence WHERE name = 'inbox'), 0), -1)
    WHERE group_id = NEW.group_id AND user_id = NEW.user_id;
END;
--> statement-breakpoint
CREATE TRIGGER group_members_admitted AFTER UPDATE OF state ON group_members WHEN NEW.state = 1 AND OLD.state <> 1 BEGIN
  UPDATE group_members SET joined_seq = COALESCE(NULLIF((SELECT seq FROM sqlite_sequence WHERE name = 'inbox'), 0), -1)
    WHERE group_id = NEW.group_id AND user_id = NEW.user_id;
END;
--> statement-breakpoint
-- A member who leaves gets what was written until then.
CREATE TRIGGER group_members_left AFTER UPDATE OF state ON group_members WHEN NEW.state <> 1 AND OLD.state = 1 BEGIN
  INSERT INTO group_departures (user_id, group_id, joined_seq, left_seq)
    VALUES (OLD.user_id, OLD.group_id, OLD.joined_seq, COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'inbox'), 0))
    ON CONFLICT (user_id, group_id, joined_seq) DO UPDATE SET left_seq = excluded.left_seq;
END;
--> statement-breakpoint
CREATE TRIGGER group_members_gone AFTER DELETE ON group_members WHEN OLD.state = 1 BEGIN
  INSERT INTO group_departures (user_id, group_id, joined_seq, left_seq)
    VALUES (OLD.user_id, OLD.group_id, OLD.joined_seq, COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'inbox'), 0))
    ON CONFLICT (user_id, group_id, joined_seq) DO UPDATE SET left_seq = excluded.left_seq;
END;
