CREATE TRIGGER `places_follow_sex` AFTER UPDATE OF `sex` ON `users` WHEN OLD.`sex` <> NEW.`sex` BEGIN
  UPDATE `places` SET `sex` = CASE NEW.`sex` WHEN '男' THEN 1 WHEN '女' THEN 2 ELSE 0 END WHERE `user_id` = NEW.`id`;
END;
--> statement-breakpoint
CREATE TRIGGER `places_leave_with_user` AFTER UPDATE OF `status` ON `users` WHEN NEW.`status` <> 1 BEGIN
  DELETE FROM `places` WHERE `user_id` = NEW.`id`;
END;
