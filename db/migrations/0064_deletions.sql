CREATE TABLE `deletions` (
	`user_id` integer PRIMARY KEY NOT NULL,
	`asked_at` integer NOT NULL,
	`asked_by` text DEFAULT '' NOT NULL,
	`due_at` integer NOT NULL,
	`may_return` integer DEFAULT 1 NOT NULL,
	`step` integer DEFAULT 0 NOT NULL,
	`plan` text DEFAULT '' NOT NULL,
	`cursor` integer DEFAULT 0 NOT NULL,
	`last_seq` integer DEFAULT 0 NOT NULL,
	`next_at` integer NOT NULL,
	`vip_number` text DEFAULT '' NOT NULL,
	`begun_at` integer,
	`given_up` integer DEFAULT 0 NOT NULL,
	`claimed` integer DEFAULT 0 NOT NULL,
	`erased_at` integer,
	`change_id` integer DEFAULT 0 NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "deletions_claimed" CHECK("deletions"."claimed" BETWEEN 0 AND "deletions"."given_up")
) STRICT;
--> statement-breakpoint
CREATE INDEX `deletions_next` ON `deletions` (`next_at`) WHERE erased_at IS NULL;--> statement-breakpoint
CREATE INDEX `deletions_numbers` ON `deletions` (`erased_at`) WHERE vip_number <> '';--> statement-breakpoint
CREATE INDEX `deletions_unclaimed` ON `deletions` (`user_id`) WHERE given_up > claimed;--> statement-breakpoint
CREATE INDEX `bank_cards_of` ON `bank_cards` (`user_id`);--> statement-breakpoint
CREATE INDEX `payouts_of` ON `payouts` (`user_id`);--> statement-breakpoint
INSERT INTO ledger_accounts (id, kind) VALUES (-11, 'unclaimed');
