ALTER TABLE `labels` ADD `name_folded` text;--> statement-breakpoint
CREATE INDEX `labels_unfolded` ON `labels` (`id`) WHERE name_folded IS NULL AND deleted_at IS NULL;--> statement-breakpoint
ALTER TABLE `users` ADD `nick_folded` text;--> statement-breakpoint
CREATE INDEX `users_nick_folded` ON `users` (`nick_folded`) WHERE nick_folded IS NOT NULL AND status = 1;--> statement-breakpoint
CREATE INDEX `users_nick_unfolded` ON `users` (`nick_name`) WHERE nick_folded IS NULL;--> statement-breakpoint
CREATE TRIGGER `users_nickname_changed` AFTER UPDATE OF `nick_name` ON `users` WHEN OLD.`nick_name` <> NEW.`nick_name` BEGIN
  UPDATE `users` SET `nick_folded` = NULL WHERE `id` = NEW.`id`;
END;
--> statement-breakpoint
CREATE TRIGGER `labels_name_changed` AFTER UPDATE OF `name` ON `labels` WHEN OLD.`name` <> NEW.`name` BEGIN
  UPDATE `labels` SET `name_folded` = NULL WHERE `id` = NEW.`id`;
END;
