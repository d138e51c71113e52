-- Who is logged in keeps a known device. From where, nobody has noted.
INSERT OR IGNORE INTO `known_logins` (`user_id`, `device`, `kind`, `address`, `last_day`)
  SELECT `user_id`, `uuid`, `device`, '', (CAST(strftime('%s', 'now') AS INTEGER) + 28800) / 86400
  FROM `sessions` WHERE `ended_at` IS NULL AND `uuid` <> '';--> statement-breakpoint
-- Until now nobody has noted who called when: nobody counts as silent for what went before.
INSERT OR IGNORE INTO `instance` (`name`, `value`)
  SELECT 'logins_noted_since', CAST((CAST(strftime('%s', 'now') AS INTEGER) + 28800) / 86400 AS TEXT)
  WHERE EXISTS (SELECT 1 FROM `users`);
