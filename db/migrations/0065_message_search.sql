CREATE TABLE `search_due` (
	`message_id` integer PRIMARY KEY NOT NULL
) STRICT;
--> statement-breakpoint
-- Finds messages by any part of what they say. Every two neighbouring characters are one token behind the name of the
-- conversation, so that a search reads what was said there and nothing else. The table holds no text of its own.
CREATE VIRTUAL TABLE message_search USING fts5 (pairs, content='', contentless_delete=1, detail=none, tokenize='ascii');
--> statement-breakpoint
-- A message that is recalled, changed or deleted is found no more. What comes back or says something else, a job takes in.
CREATE TRIGGER messages_found_no_more AFTER UPDATE OF content, recalled_at ON messages
WHEN EXISTS (SELECT 1 FROM message_search_docsize AS d WHERE d.id = OLD.id) BEGIN
	DELETE FROM message_search WHERE rowid = OLD.id;
END;
--> statement-breakpoint
CREATE TRIGGER messages_found_again AFTER UPDATE OF content, recalled_at ON messages
WHEN NEW.recalled_at IS NULL AND EXISTS (SELECT 1 FROM running_figures AS f WHERE f.name = 'search_up') BEGIN
	INSERT INTO search_due (message_id) VALUES (NEW.id) ON CONFLICT DO NOTHING;
END;
--> statement-breakpoint
CREATE TRIGGER messages_deleted_found AFTER DELETE ON messages
WHEN EXISTS (SELECT 1 FROM message_search_docsize AS d WHERE d.id = OLD.id) BEGIN
	DELETE FROM message_search WHERE rowid = OLD.id;
END;
