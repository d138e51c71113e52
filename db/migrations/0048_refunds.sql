CREATE TABLE `refund_requests` (
	`refund_id` integer PRIMARY KEY NOT NULL,
	`stage` integer DEFAULT 0 NOT NULL,
	`claimed_by` integer,
	`attempts` integer DEFAULT 0 NOT NULL,
	`first_sent_at` integer,
	`sent_at` integer,
	`taken_in` integer DEFAULT 0 NOT NULL,
	`fault` text,
	`reason` text DEFAULT '' NOT NULL,
	`transfer_no` text DEFAULT '' NOT NULL,
	`asks` integer DEFAULT 0 NOT NULL,
	`next_at` integer,
	FOREIGN KEY (`refund_id`) REFERENCES `refunds`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "refund_requests_stage" CHECK("refund_requests"."stage" IN (0, 1, 2, 3)),
	CONSTRAINT "refund_requests_sent" CHECK("refund_requests"."stage" <> 1 OR ("refund_requests"."claimed_by" IS NOT NULL AND "refund_requests"."attempts" > 0)),
	CONSTRAINT "refund_requests_taken_in" CHECK("refund_requests"."taken_in" IN (0, 1)),
	CONSTRAINT "refund_requests_held" CHECK("refund_requests"."stage" <> 2 OR "refund_requests"."next_at" IS NULL),
	CONSTRAINT "refund_requests_fault" CHECK("refund_requests"."fault" IN ('refused'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `refund_requests_due` ON `refund_requests` (`next_at`) WHERE next_at IS NOT NULL;--> statement-breakpoint
CREATE TABLE `refunds` (
	`id` integer PRIMARY KEY NOT NULL,
	`provider` text NOT NULL,
	`trade_no` text NOT NULL,
	`order_id` integer NOT NULL,
	`user_id` integer,
	`amount` integer NOT NULL,
	`total` integer NOT NULL,
	`state` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`ended_at` integer,
	`ended_by` integer,
	FOREIGN KEY (`order_id`) REFERENCES `payment_orders`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "refunds_amount" CHECK("refunds"."amount" > 0 AND "refunds"."amount" <= "refunds"."total"),
	CONSTRAINT "refunds_state" CHECK("refunds"."state" IN (0, 1, 2)),
	CONSTRAINT "refunds_ended" CHECK(("refunds"."state" = 0) = ("refunds"."ended_at" IS NULL))
) STRICT;
--> statement-breakpoint
CREATE INDEX `refunds_trade` ON `refunds` (`provider`,`trade_no`);--> statement-breakpoint
CREATE INDEX `refunds_waiting` ON `refunds` (`created_at`,`id`) WHERE state = 0;--> statement-breakpoint
CREATE INDEX `refunds_user` ON `refunds` (`user_id`,`id`);--> statement-breakpoint
CREATE TABLE `sandbox_refunds` (
	`refund_no` text PRIMARY KEY NOT NULL,
	`provider` text NOT NULL,
	`trade_no` text NOT NULL,
	`amount` integer NOT NULL,
	`state` integer DEFAULT 0 NOT NULL,
	`refund_id` text NOT NULL,
	`taken_at` integer NOT NULL,
	CONSTRAINT "sandbox_refunds_state" CHECK("sandbox_refunds"."state" IN (0, 1, 2, 3))
) STRICT;
--> statement-breakpoint
CREATE INDEX `sandbox_refunds_trade` ON `sandbox_refunds` (`trade_no`);--> statement-breakpoint
CREATE INDEX `sandbox_trades_trade` ON `sandbox_trades` (`trade_no`);--> statement-breakpoint
CREATE INDEX `stray_payments_order` ON `stray_payments` (`order_id`);