-- What a group level costs (fen) and how long it lasts (seconds), as the document's sample has them.
INSERT INTO group_levels (level, fee, seconds) VALUES
	(1, 1000, 86400), (2, 2000, 604800), (3, 3000, 2592000), (4, 4000, 2592000);
--> statement-breakpoint
-- Finds groups by any part of their name. Every two neighbouring characters of `search_name` are one token, in
-- hex, so that no tokenizer has a say in what a character is; a name of one character is a token of its own.
-- The table holds no text of its own (content=''): removing a row takes the same tokens again.
CREATE VIRTUAL TABLE group_search USING fts5 (pairs, content='', columnsize=0, tokenize='ascii');
--> statement-breakpoint
CREATE TRIGGER group_search_added AFTER INSERT ON groups WHEN NEW.search_name <> '' AND NEW.dismissed_at IS NULL
BEGIN
	INSERT INTO group_search (rowid, pairs)
	WITH RECURSIVE pairs (i, text) AS (
		SELECT 1, hex(substr(NEW.search_name, 1, 2))
		UNION ALL
		SELECT i + 1, text || ' ' || hex(substr(NEW.search_name, i + 1, 2)) FROM pairs
		WHERE i + 1 < length(NEW.search_name))
	SELECT NEW.id, text FROM pairs ORDER BY i DESC LIMIT 1;
END;
--> statement-breakpoint
-- One trigger and not two: the old tokens must go before the new ones come, and the order of triggers is nobody's.
CREATE TRIGGER group_search_changed AFTER UPDATE OF search_name, dismissed_at ON groups
WHEN NEW.search_name <> OLD.search_name OR NEW.dismissed_at IS NOT OLD.dismissed_at
BEGIN
	INSERT INTO group_search (group_search, rowid, pairs)
	WITH RECURSIVE pairs (i, text) AS (
		SELECT 1, hex(substr(OLD.search_name, 1, 2))
		UNION ALL
		SELECT i + 1, text || ' ' || hex(substr(OLD.search_name, i + 1, 2)) FROM pairs
		WHERE i + 1 < length(OLD.search_name))
	SELECT 'delete', OLD.id, text FROM pairs
	WHERE OLD.search_name <> '' AND OLD.dismissed_at IS NULL ORDER BY i DESC LIMIT 1;
	INSERT INTO group_search (rowid, pairs)
	WITH RECURSIVE pairs (i, text) AS (
		SELECT 1, hex(substr(NEW.search_name, 1, 2))
		UNION ALL
		SELECT i + 1, text || ' ' || hex(substr(NEW.search_name, i + 1, 2)) FROM pairs
		WHERE i + 1 < length(NEW.search_name))
	SELECT NEW.id, text FROM pairs
	WHERE NEW.search_name <> '' AND NEW.dismissed_at IS NULL ORDER BY i DESC LIMIT 1;
END;
