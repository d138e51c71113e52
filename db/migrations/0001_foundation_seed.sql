-- User and group numbers start where people do not mistake them for test accounts; the apps keep
-- 21499 to 21501 for accounts of their own.
INSERT INTO sqlite_sequence (name, seq) VALUES ('users', 99999), ('groups', 9999);
