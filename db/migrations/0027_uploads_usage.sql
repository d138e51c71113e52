-- What is kept for an owner is counted here, whoever writes: with a new row, a change of what counts, a deletion.
CREATE TRIGGER uploads_come AFTER INSERT ON uploads WHEN NEW.erased_at IS NULL BEGIN
	INSERT INTO upload_usage (owner_id, bytes, files) VALUES (COALESCE(NEW.owner_id, 0), NEW.bytes, 1)
		ON CONFLICT (owner_id) DO UPDATE SET bytes = bytes + excluded.bytes, files = files + 1;
END;
--> statement-breakpoint
CREATE TRIGGER uploads_change AFTER UPDATE OF owner_id, bytes, erased_at ON uploads BEGIN
	UPDATE upload_usage SET bytes = bytes - OLD.bytes, files = files - 1
		WHERE owner_id = COALESCE(OLD.owner_id, 0) AND OLD.erased_at IS NULL;
	INSERT INTO upload_usage (owner_id, bytes, files) SELECT COALESCE(NEW.owner_id, 0), NEW.bytes, 1
		WHERE NEW.erased_at IS NULL
		ON CONFLICT (owner_id) DO UPDATE SET bytes = bytes + excluded.bytes, files = files + 1;
END;
--> statement-breakpoint
CREATE TRIGGER uploads_go AFTER DELETE ON uploads WHEN OLD.erased_at IS NULL BEGIN
	UPDATE upload_usage SET bytes = bytes - OLD.bytes, files = files - 1 WHERE owner_id = COALESCE(OLD.owner_id, 0);
END;
--> statement-breakpoint
INSERT INTO upload_walks (name) VALUES ('names'), ('store');
