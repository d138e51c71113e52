CREATE TABLE `ledger_checks` (
	`id` integer PRIMARY KEY NOT NULL,
	`started_at` integer NOT NULL,
	`finished_at` integer,
	`asked_by` text NOT NULL,
	`progress` text NOT NULL,
	`steps` integer DEFAULT 0 NOT NULL,
	`ok` integer DEFAULT 1 NOT NULL,
	`problems` integer DEFAULT 0 NOT NULL,
	`findings` text DEFAULT '[]' NOT NULL,
	`journals` integer DEFAULT 0 NOT NULL,
	`bills` integer DEFAULT 0 NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `ledger_checks_started` ON `ledger_checks` (`started_at`);--> statement-breakpoint
CREATE INDEX `ledger_checks_running` ON `ledger_checks` (`started_at`) WHERE finished_at IS NULL;--> statement-breakpoint
CREATE TABLE `wallet_freezes` (
	`user_id` integer PRIMARY KEY NOT NULL,
	`frozen_at` integer NOT NULL,
	`until` integer,
	`change_id` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `wallet_freezes_over` ON `wallet_freezes` (`until`) WHERE until IS NOT NULL;--> statement-breakpoint
CREATE INDEX `journal_lines_journal` ON `journal_lines` (`journal_id`);--> statement-breakpoint
CREATE INDEX `red_packet_shares_of_opener` ON `red_packet_shares` (`user_id`,`packet_id`) WHERE user_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX `red_packets_of_sender` ON `red_packets` (`user_id`);--> statement-breakpoint
CREATE INDEX `red_packets_amount` ON `red_packets` (`amount`);--> statement-breakpoint
CREATE INDEX `transfers_of_payer` ON `transfers` (`payer_id`);--> statement-breakpoint
CREATE INDEX `transfers_of_payee` ON `transfers` (`payee_id`);--> statement-breakpoint
CREATE INDEX `transfers_amount` ON `transfers` (`amount`);