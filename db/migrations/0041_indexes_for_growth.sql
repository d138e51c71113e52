DROP INDEX `wallet_holds_limited`;--> statement-breakpoint
CREATE INDEX `wallet_holds_over` ON `wallet_holds` (`limited_until`) WHERE frozen_at IS NULL;--> statement-breakpoint
CREATE INDEX `moment_praises_newest` ON `moment_praises` (`moment_id`,`id`,`user_id`);--> statement-breakpoint
CREATE INDEX `number_orders_unsold` ON `number_orders` (`order_id`) WHERE mobile IS NOT NULL AND sold_by IS NULL;--> statement-breakpoint
CREATE INDEX `presences_until` ON `presences` (`until`);--> statement-breakpoint
CREATE INDEX `sms_codes_expired` ON `sms_codes` (`expires_at`);--> statement-breakpoint
CREATE INDEX `stray_payments_trade` ON `stray_payments` (`trade_no`);--> statement-breakpoint
CREATE INDEX `stray_payments_waiting` ON `stray_payments` (`found_at`,`trade_no`) WHERE refunded_at IS NULL;