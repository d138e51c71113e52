ALTER TABLE `number_orders` ADD `network56` text;--> statement-breakpoint
ALTER TABLE `number_orders` ADD `network48` text;--> statement-breakpoint
CREATE INDEX `number_orders_network56` ON `number_orders` (`network56`) WHERE network56 IS NOT NULL;--> statement-breakpoint
CREATE INDEX `number_orders_network48` ON `number_orders` (`network48`) WHERE network48 IS NOT NULL;--> statement-breakpoint
ALTER TABLE `sms_sends` ADD `network56` text;--> statement-breakpoint
ALTER TABLE `sms_sends` ADD `network48` text;--> statement-breakpoint
CREATE INDEX `sms_sends_network56` ON `sms_sends` (`network56`,`sent_at`) WHERE network56 IS NOT NULL;--> statement-breakpoint
CREATE INDEX `sms_sends_network48` ON `sms_sends` (`network48`,`sent_at`) WHERE network48 IS NOT NULL;