ALTER TABLE `groups` ADD `expiry_told` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `groups_expiry_untold` ON `groups` (`level_expires_at`) WHERE expiry_told < level_expires_at;