CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN
  SELECT RAISE(ABORT, 'refused: audit_is_final');
END;
--> statement-breakpoint
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit WHEN NOT EXISTS (
  SELECT 1 FROM audit_seals WHERE to_id = (SELECT min(to_id) FROM audit_seals WHERE to_id >= OLD.id)
    AND from_id <= OLD.id AND last_at < (unixepoch() - 94867200) * 1000
) BEGIN
  SELECT RAISE(ABORT, 'refused: audit_is_final');
END;
--> statement-breakpoint
CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id) BEGIN
  SELECT RAISE(ABORT, 'refused: audit_is_final');
END;
--> statement-breakpoint
CREATE TRIGGER audit_details_no_update BEFORE UPDATE ON audit_details BEGIN
  SELECT RAISE(ABORT, 'refused: audit_is_final');
END;
--> statement-breakpoint
CREATE TRIGGER audit_seals_no_update BEFORE UPDATE ON audit_seals BEGIN
  SELECT RAISE(ABORT, 'refused: audit_is_final');
END;
--> statement-breakpoint
CREATE TRIGGER audit_seals_no_delete BEFORE DELETE ON audit_seals BEGIN
  SELECT RAISE(ABORT, 'refused: audit_is_final');
END;
