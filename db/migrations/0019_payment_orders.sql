CREATE TABLE `payment_orders` (
	`id` integer PRIMARY KEY NOT NULL,
	`out_trade_no` text NOT NULL,
	`user_id` integer,
	`kind` integer NOT NULL,
	`provider` text NOT NULL,
	`amount` integer NOT NULL,
	`subject` text NOT NULL,
	`body` text NOT NULL,
	`state` integer DEFAULT 0 NOT NULL,
	`trade_no` text,
	`settled_by` integer,
	`credited_by` integer,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`paid_at` integer,
	`checks` integer DEFAULT 0 NOT NULL,
	`next_check_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`credited_by`) REFERENCES `journals`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "payment_orders_amount" CHECK("payment_orders"."amount" > 0),
	CONSTRAINT "payment_orders_kind" CHECK("payment_orders"."kind" IN (0, 1, 2)),
	CONSTRAINT "payment_orders_state" CHECK("payment_orders"."state" IN (0, 1, 2, 3)),
	CONSTRAINT "payment_orders_paid" CHECK(("payment_orders"."state" = 1) = ("payment_orders"."trade_no" IS NOT NULL))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `payment_orders_out_trade_no_unique` ON `payment_orders` (`out_trade_no`);--> statement-breakpoint
CREATE UNIQUE INDEX `payment_orders_trade` ON `payment_orders` (`provider`,`trade_no`);--> statement-breakpoint
CREATE INDEX `payment_orders_checks` ON `payment_orders` (`next_check_at`) WHERE next_check_at IS NOT NULL;--> statement-breakpoint
CREATE TABLE `sandbox_trades` (
	`out_trade_no` text PRIMARY KEY NOT NULL,
	`provider` text NOT NULL,
	`amount` integer NOT NULL,
	`state` integer DEFAULT 0 NOT NULL,
	`trade_no` text NOT NULL,
	`opened_at` integer NOT NULL,
	`paid_at` integer,
	CONSTRAINT "sandbox_trades_state" CHECK("sandbox_trades"."state" IN (0, 1, 2))
) STRICT;
--> statement-breakpoint
CREATE TABLE `stray_payments` (
	`provider` text NOT NULL,
	`trade_no` text NOT NULL,
	`order_id` integer NOT NULL,
	`amount` integer NOT NULL,
	`found_at` integer NOT NULL,
	`refunded_at` integer,
	PRIMARY KEY(`provider`, `trade_no`),
	FOREIGN KEY (`order_id`) REFERENCES `payment_orders`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
