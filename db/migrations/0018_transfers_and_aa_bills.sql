CREATE TABLE `aa_bills` (
	`id` integer PRIMARY KEY NOT NULL,
	`organiser_id` integer NOT NULL,
	`dest_type` integer NOT NULL,
	`dest_id` integer NOT NULL,
	`message` text NOT NULL,
	`total` integer NOT NULL,
	`counts` integer NOT NULL,
	`share` integer NOT NULL,
	`slots` integer NOT NULL,
	`status` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`organiser_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "aa_bills_status" CHECK("aa_bills"."status" IN (0, 1, 2)),
	CONSTRAINT "aa_bills_counts" CHECK("aa_bills"."counts" BETWEEN 1 AND 50 AND "aa_bills"."slots" BETWEEN 1 AND "aa_bills"."counts"),
	CONSTRAINT "aa_bills_share" CHECK("aa_bills"."share" > 0)
) STRICT;
--> statement-breakpoint
CREATE INDEX `aa_bills_open` ON `aa_bills` (`organiser_id`) WHERE status = 0;--> statement-breakpoint
CREATE INDEX `aa_bills_expiring` ON `aa_bills` (`expires_at`) WHERE status = 0;--> statement-breakpoint
CREATE TABLE `aa_payments` (
	`bill_id` integer NOT NULL,
	`user_id` integer NOT NULL,
	`journal_id` integer NOT NULL,
	`paid_at` integer NOT NULL,
	PRIMARY KEY(`bill_id`, `user_id`),
	FOREIGN KEY (`bill_id`) REFERENCES `aa_bills`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `transfers` (
	`id` integer PRIMARY KEY NOT NULL,
	`payer_id` integer NOT NULL,
	`payee_id` integer NOT NULL,
	`group_id` integer,
	`amount` integer NOT NULL,
	`message` text DEFAULT '' NOT NULL,
	`status` integer DEFAULT 1 NOT NULL,
	`sent_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`confirmed_at` integer,
	`ended_by` integer,
	FOREIGN KEY (`payer_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`payee_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`group_id`) REFERENCES `groups`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "transfers_amount" CHECK("transfers"."amount" > 0),
	CONSTRAINT "transfers_status" CHECK("transfers"."status" IN (1, 2, 3)),
	CONSTRAINT "transfers_ended" CHECK(("transfers"."status" = 1) = ("transfers"."ended_by" IS NULL)),
	CONSTRAINT "transfers_not_self" CHECK("transfers"."payer_id" <> "transfers"."payee_id")
) STRICT;
--> statement-breakpoint
CREATE INDEX `transfers_expiring` ON `transfers` (`expires_at`) WHERE status = 1;