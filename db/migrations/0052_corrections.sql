CREATE TABLE `approvals` (
	`id` integer PRIMARY KEY NOT NULL,
	`operation` text NOT NULL,
	`input` text NOT NULL,
	`reason` text NOT NULL,
	`digest` text NOT NULL,
	`user_id` integer,
	`amount` integer NOT NULL,
	`asked_kind` text NOT NULL,
	`asked_id` integer NOT NULL,
	`asked_by` text NOT NULL,
	`eyes` text NOT NULL,
	`eyes_name` text NOT NULL,
	`asked_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`state` integer DEFAULT 0 NOT NULL,
	`ended_at` integer,
	`ended_by` text DEFAULT '' NOT NULL,
	`change_id` integer DEFAULT 0 NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "approvals_amount" CHECK("approvals"."amount" > 0),
	CONSTRAINT "approvals_state" CHECK("approvals"."state" IN (0, 1, 2, 3)),
	CONSTRAINT "approvals_ended" CHECK(("approvals"."state" = 0) = ("approvals"."ended_at" IS NULL))
) STRICT;
--> statement-breakpoint
CREATE INDEX `approvals_by_state` ON `approvals` (`state`,`expires_at`,`id`);--> statement-breakpoint
CREATE INDEX `approvals_age` ON `approvals` (`expires_at`);--> statement-breakpoint
CREATE TABLE `operator_sums` (
	`eyes` text NOT NULL,
	`user_id` integer NOT NULL,
	`day` integer NOT NULL,
	`amount` integer NOT NULL,
	PRIMARY KEY(`eyes`, `user_id`, `day`),
	CONSTRAINT "operator_sums_amount" CHECK("operator_sums"."amount" > 0)
) STRICT;
--> statement-breakpoint
CREATE INDEX `operator_sums_age` ON `operator_sums` (`day`);--> statement-breakpoint
ALTER TABLE `bills` ADD `later_type` integer;--> statement-breakpoint
ALTER TABLE `red_packet_shares` ADD `reversed` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `transfers` ADD `reversed` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
INSERT INTO ledger_accounts (id, kind) VALUES (-8, 'adjustments'), (-9, 'seized');
