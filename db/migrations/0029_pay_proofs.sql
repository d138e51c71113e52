CREATE TABLE `pay_proofs` (
	`session_id` integer PRIMARY KEY NOT NULL,
	`proved_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `pay_proofs_age` ON `pay_proofs` (`proved_at`);