CREATE TABLE `bills` (
	`user_id` integer NOT NULL,
	`journal_id` integer NOT NULL,
	`money_type` integer NOT NULL,
	`amount` integer NOT NULL,
	`direction` integer NOT NULL,
	`dest_type` integer NOT NULL,
	`dest_id` integer NOT NULL,
	`content` text DEFAULT '' NOT NULL,
	`occurred_at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `journal_id`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`journal_id`) REFERENCES `journals`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "bills_amount" CHECK("bills"."amount" > 0),
	CONSTRAINT "bills_direction" CHECK("bills"."direction" IN (-1, 0, 1)),
	CONSTRAINT "bills_money_type" CHECK("bills"."money_type" BETWEEN 1 AND 16),
	CONSTRAINT "bills_dest_type" CHECK("bills"."dest_type" IN (1, 2, 3))
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `journal_lines` (
	`id` integer PRIMARY KEY NOT NULL,
	`journal_id` integer NOT NULL,
	`debit_account` integer NOT NULL,
	`credit_account` integer NOT NULL,
	`amount` integer NOT NULL,
	FOREIGN KEY (`journal_id`) REFERENCES `journals`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`debit_account`) REFERENCES `ledger_accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`credit_account`) REFERENCES `ledger_accounts`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "journal_lines_amount" CHECK("journal_lines"."amount" > 0),
	CONSTRAINT "journal_lines_not_self" CHECK("journal_lines"."debit_account" <> "journal_lines"."credit_account")
) STRICT;
--> statement-breakpoint
CREATE TABLE `journals` (
	`id` integer PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`subject_id` integer,
	`created_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `ledger_accounts` (
	`id` integer PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`balance` integer DEFAULT 0 NOT NULL,
	CONSTRAINT "ledger_accounts_covered" CHECK("ledger_accounts"."balance" >= 0 OR "ledger_accounts"."kind" = 'cash_in'),
	CONSTRAINT "ledger_accounts_kind" CHECK(("ledger_accounts"."id" > 0) = ("ledger_accounts"."kind" = 'user'))
) STRICT;
--> statement-breakpoint
CREATE TABLE `postings` (
	`line_id` integer NOT NULL,
	`account_id` integer NOT NULL,
	`amount` integer NOT NULL,
	PRIMARY KEY(`line_id`, `account_id`),
	FOREIGN KEY (`line_id`) REFERENCES `journal_lines`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`account_id`) REFERENCES `ledger_accounts`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
