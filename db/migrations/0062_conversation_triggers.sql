-- Places of a conversation that nobody has to read: whatever recalls, restores, deletes or numbers a message says so.
CREATE TRIGGER messages_recalled AFTER UPDATE OF recalled_at ON messages
WHEN NEW.recalled_at IS NOT NULL AND OLD.recalled_at IS NULL AND NEW.number IS NOT NULL BEGIN
	INSERT INTO message_gaps (conversation, number, since) VALUES (NEW.conversation, NEW.number, NEW.recalled_at)
		ON CONFLICT DO NOTHING;
END;
--> statement-breakpoint
CREATE TRIGGER messages_restored AFTER UPDATE OF recalled_at ON messages
WHEN NEW.recalled_at IS NULL AND OLD.recalled_at IS NOT NULL BEGIN
	DELETE FROM message_gaps WHERE conversation = NEW.conversation AND number = NEW.number;
END;
--> statement-breakpoint
CREATE TRIGGER messages_numbered AFTER UPDATE OF number ON messages
WHEN NEW.recalled_at IS NOT NULL AND NEW.number IS NOT NULL BEGIN
	INSERT INTO message_gaps (conversation, number, since) VALUES (NEW.conversation, NEW.number, NEW.recalled_at)
		ON CONFLICT DO NOTHING;
END;
--> statement-breakpoint
-- Between others a deleted message is a gap. Before the first and behind the last that are left there is none.
CREATE TRIGGER messages_deleted AFTER DELETE ON messages WHEN OLD.number IS NOT NULL BEGIN
	INSERT INTO message_gaps (conversation, number, since) SELECT OLD.conversation, OLD.number, 0
		WHERE EXISTS (SELECT 1 FROM messages AS e WHERE e.conversation = OLD.conversation AND e.id < OLD.id)
			AND EXISTS (SELECT 1 FROM messages AS l WHERE l.conversation = OLD.conversation AND l.id > OLD.id)
		ON CONFLICT DO NOTHING;
	DELETE FROM message_gaps WHERE conversation = OLD.conversation AND number < COALESCE((SELECT f.number
		FROM messages AS f WHERE f.conversation = OLD.conversation ORDER BY f.id LIMIT 1), OLD.number + 1);
	DELETE FROM message_gaps WHERE conversation = OLD.conversation AND number > COALESCE((SELECT MAX(n.number) FROM
		(SELECT number FROM messages AS l WHERE l.conversation = OLD.conversation ORDER BY l.id DESC LIMIT 4) AS n), 0);
END;
