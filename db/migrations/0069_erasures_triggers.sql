-- Whatever takes something down, bans somebody or takes that back is noted in the same batch.
CREATE TRIGGER takedown_noted AFTER INSERT ON takedowns BEGIN
	INSERT INTO erasures (kind, key, at) VALUES ('takedown', NEW.subject || ':' || NEW.item, NEW.taken_at);
END;
--> statement-breakpoint
CREATE TRIGGER takedown_undone AFTER UPDATE OF restored_at ON takedowns
WHEN OLD.restored_at IS NULL AND NEW.restored_at IS NOT NULL BEGIN
	INSERT INTO erasures (kind, key, is_undone, at) VALUES ('takedown', NEW.subject || ':' || NEW.item, 1, NEW.restored_at);
END;
--> statement-breakpoint
CREATE TRIGGER person_takedown_noted AFTER INSERT ON person_takedowns BEGIN
	INSERT INTO erasures (kind, key, is_undone, at) VALUES ('person', NEW.user_id, NEW.is_return, NEW.began_at);
END;
--> statement-breakpoint
CREATE TRIGGER person_takedown_turned AFTER UPDATE OF is_return ON person_takedowns
WHEN OLD.is_return <> NEW.is_return BEGIN
	INSERT INTO erasures (kind, key, is_undone, at) VALUES ('person', NEW.user_id, NEW.is_return, NEW.began_at);
END;
--> statement-breakpoint
CREATE TRIGGER ban_noted AFTER UPDATE OF status ON users
WHEN OLD.status <> NEW.status AND NOT EXISTS (SELECT 1 FROM deletions WHERE user_id = NEW.id) BEGIN
	INSERT INTO erasures (kind, key, is_undone, at) VALUES ('ban', NEW.id, NEW.status <> 0, NEW.updated_at);
END;
--> statement-breakpoint
CREATE TRIGGER account_noted AFTER UPDATE OF step ON deletions WHEN OLD.step = 0 AND NEW.step > 0 BEGIN
	INSERT INTO erasures (kind, key, at) VALUES ('account', NEW.user_id, NEW.begun_at);
END;
--> statement-breakpoint
INSERT INTO erasures (kind, key, at)
	SELECT 'takedown', subject || ':' || item, taken_at FROM takedowns WHERE restored_at IS NULL ORDER BY id;
--> statement-breakpoint
INSERT INTO erasures (kind, key, at) SELECT 'ban', id, updated_at FROM users
	WHERE status = 0 AND id NOT IN (SELECT user_id FROM deletions);
--> statement-breakpoint
INSERT INTO erasures (kind, key, at) SELECT 'account', user_id, begun_at FROM deletions WHERE step > 0;
