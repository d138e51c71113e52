-- What a group hears stands in its own index alone.
CREATE INDEX `inbox_person` ON `inbox` (`span`,`user_id`) WHERE user_id > 0;--> statement-breakpoint
DROP INDEX `inbox_user`;--> statement-breakpoint
-- Somebody who leaves a group and comes back again and again keeps the last times.
CREATE TRIGGER group_departures_bounded AFTER INSERT ON group_departures BEGIN
  DELETE FROM group_departures WHERE user_id = NEW.user_id AND group_id = NEW.group_id AND joined_seq <=
    (SELECT d.joined_seq FROM group_departures AS d WHERE d.user_id = NEW.user_id AND d.group_id = NEW.group_id
      ORDER BY d.joined_seq DESC LIMIT 1 OFFSET 20);
END;
