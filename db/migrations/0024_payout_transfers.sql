CREATE TABLE `payout_transfers` (
	`payout_id` integer PRIMARY KEY NOT NULL,
	`provider` text NOT NULL,
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
	FOREIGN KEY (`payout_id`) REFERENCES `payouts`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "payout_transfers_stage" CHECK("payout_transfers"."stage" IN (0, 1, 2, 3)),
	CONSTRAINT "payout_transfers_sent" CHECK("payout_transfers"."stage" <> 1 OR ("payout_transfers"."claimed_by" IS NOT NULL AND "payout_transfers"."attempts" > 0)),
	CONSTRAINT "payout_transfers_taken_in" CHECK("payout_transfers"."taken_in" IN (0, 1)),
	CONSTRAINT "payout_transfers_held" CHECK("payout_transfers"."stage" <> 2 OR "payout_transfers"."next_at" IS NULL),
	CONSTRAINT "payout_transfers_fault" CHECK("payout_transfers"."fault" IN ('payee', 'payer'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `payout_transfers_due` ON `payout_transfers` (`next_at`) WHERE next_at IS NOT NULL;--> statement-breakpoint
CREATE TABLE `sandbox_transfers` (
	`out_biz_no` text PRIMARY KEY NOT NULL,
	`content_digest` text NOT NULL,
	`amount` integer NOT NULL,
	`state` integer DEFAULT 0 NOT NULL,
	`error_code` text DEFAULT '' NOT NULL,
	`order_id` text NOT NULL,
	`taken_at` integer NOT NULL,
	CONSTRAINT "sandbox_transfers_state" CHECK("sandbox_transfers"."state" IN (0, 1, 2, 3))
) STRICT;
