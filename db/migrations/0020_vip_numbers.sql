CREATE TABLE `number_orders` (
	`order_id` integer PRIMARY KEY NOT NULL,
	`number` text NOT NULL,
	`buyer` text NOT NULL,
	`address` text NOT NULL,
	`mobile` text,
	`password_hash` text DEFAULT '' NOT NULL,
	`name` text DEFAULT '' NOT NULL,
	`head_url` text DEFAULT '' NOT NULL,
	`sold_by` integer,
	FOREIGN KEY (`order_id`) REFERENCES `payment_orders`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`number`) REFERENCES `vip_numbers`(`number`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `number_orders_number` ON `number_orders` (`number`);--> statement-breakpoint
CREATE INDEX `number_orders_buyer` ON `number_orders` (`buyer`);--> statement-breakpoint
CREATE INDEX `number_orders_address` ON `number_orders` (`address`);--> statement-breakpoint
CREATE TABLE `number_types` (
	`id` integer PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`price` integer NOT NULL,
	CONSTRAINT "number_types_price" CHECK("number_types"."price" > 0)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `number_types_name_unique` ON `number_types` (`name`);--> statement-breakpoint
CREATE TABLE `vip_numbers` (
	`id` integer PRIMARY KEY NOT NULL,
	`type_id` integer NOT NULL,
	`number` text NOT NULL,
	FOREIGN KEY (`type_id`) REFERENCES `number_types`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `vip_numbers_number_unique` ON `vip_numbers` (`number`);--> statement-breakpoint
CREATE INDEX `vip_numbers_type` ON `vip_numbers` (`type_id`);