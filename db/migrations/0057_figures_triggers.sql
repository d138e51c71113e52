-- A run begins where the books and the messages begin: the first runs count what is there, some thousands at a time.
INSERT INTO running_figures (name, value) VALUES
	('people', (SELECT count(*) FROM users)),
	('upload_bytes', (SELECT COALESCE(sum(bytes), 0) FROM upload_usage)),
	('upload_files', (SELECT COALESCE(sum(files), 0) FROM upload_usage)),
	('messages_counted', 0), ('lines_counted', 0);
--> statement-breakpoint
CREATE TRIGGER users_are_counted AFTER INSERT ON users BEGIN
	UPDATE running_figures SET value = value + 1 WHERE name = 'people';
	INSERT INTO daily_figures (day, name, value) VALUES ((NEW.created_at + 28800000) / 86400000, 'registrations', 1)
		ON CONFLICT (day, name) DO UPDATE SET value = value + 1;
END;
--> statement-breakpoint
CREATE TRIGGER users_are_no_more AFTER DELETE ON users BEGIN
	UPDATE running_figures SET value = value - 1 WHERE name = 'people';
END;
--> statement-breakpoint
-- Somebody is active on the day of a login, and on each day on which a session of theirs calls: once a person and day.
CREATE TRIGGER sessions_begin_a_day AFTER INSERT ON sessions BEGIN
	UPDATE users SET active_day = (NEW.created_at + 28800000) / 86400000
		WHERE id = NEW.user_id AND active_day < (NEW.created_at + 28800000) / 86400000;
END;
--> statement-breakpoint
CREATE TRIGGER sessions_call_on_a_day AFTER UPDATE OF last_day ON sessions WHEN NEW.last_day > COALESCE(OLD.last_day, 0) BEGIN
	UPDATE users SET active_day = NEW.last_day WHERE id = NEW.user_id AND active_day < NEW.last_day;
END;
--> statement-breakpoint
CREATE TRIGGER users_are_active AFTER UPDATE OF active_day ON users WHEN NEW.active_day > OLD.active_day BEGIN
	INSERT INTO daily_figures (day, name, value) VALUES (NEW.active_day, 'active_people', 1)
		ON CONFLICT (day, name) DO UPDATE SET value = value + 1;
END;
--> statement-breakpoint
CREATE TRIGGER upload_usage_comes AFTER INSERT ON upload_usage BEGIN
	UPDATE running_figures SET value = value + CASE name WHEN 'upload_bytes' THEN NEW.bytes ELSE NEW.files END
		WHERE name IN ('upload_bytes', 'upload_files');
END;
--> statement-breakpoint
CREATE TRIGGER upload_usage_moves AFTER UPDATE OF bytes, files ON upload_usage BEGIN
	UPDATE running_figures SET value = value
			+ CASE name WHEN 'upload_bytes' THEN NEW.bytes - OLD.bytes ELSE NEW.files - OLD.files END
		WHERE name IN ('upload_bytes', 'upload_files');
END;
--> statement-breakpoint
CREATE TRIGGER upload_usage_goes AFTER DELETE ON upload_usage BEGIN
	UPDATE running_figures SET value = value - CASE name WHEN 'upload_bytes' THEN OLD.bytes ELSE OLD.files END
		WHERE name IN ('upload_bytes', 'upload_files');
END;
