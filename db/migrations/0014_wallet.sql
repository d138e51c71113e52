CREATE TABLE `bank_cards` (
	`id` integer PRIMARY KEY NOT NULL,
	`user_id` integer NOT NULL,
	`sealed_number` text NOT NULL,
	`number_digest` text NOT NULL,
	`masked` text NOT NULL,
	`bank_name` text NOT NULL,
	`kind` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`unbound_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `bank_cards_bound` ON `bank_cards` (`user_id`,`number_digest`) WHERE unbound_at IS NULL;--> statement-breakpoint
CREATE TABLE `payouts` (
	`id` integer PRIMARY KEY NOT NULL,
	`user_id` integer NOT NULL,
	`card_id` integer,
	`amount` integer NOT NULL,
	`state` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`ended_at` integer,
	`ended_by` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`card_id`) REFERENCES `bank_cards`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`ended_by`) REFERENCES `journals`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "payouts_amount" CHECK("payouts"."amount" > 0),
	CONSTRAINT "payouts_state" CHECK("payouts"."state" IN (0, 1, 2))
) STRICT;
--> statement-breakpoint
CREATE INDEX `payouts_waiting` ON `payouts` (`created_at`) WHERE state = 0;