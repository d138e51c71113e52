DROP INDEX `uploads_unnamed`;--> statement-breakpoint
ALTER TABLE `uploads` ADD `unnamed_since` integer;--> statement-breakpoint
CREATE INDEX `uploads_unnamed` ON `uploads` (`unnamed_since`,`named_at`) WHERE state = 0 AND is_kept = 0;