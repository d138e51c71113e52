CREATE TABLE `red_packet_guests` (
	`packet_id` integer NOT NULL,
	`user_id` integer NOT NULL,
	PRIMARY KEY(`packet_id`, `user_id`),
	FOREIGN KEY (`packet_id`) REFERENCES `red_packets`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `red_packet_shares` (
	`packet_id` integer NOT NULL,
	`position` integer NOT NULL,
	`amount` integer NOT NULL,
	`user_id` integer,
	`opened_at` integer,
	`journal_id` integer,
	PRIMARY KEY(`packet_id`, `position`),
	FOREIGN KEY (`packet_id`) REFERENCES `red_packets`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "red_packet_shares_amount" CHECK("red_packet_shares"."amount" > 0)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `red_packet_shares_opener` ON `red_packet_shares` (`packet_id`,`user_id`) WHERE user_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX `red_packet_shares_left` ON `red_packet_shares` (`packet_id`,`position`) WHERE user_id IS NULL;--> statement-breakpoint
CREATE TABLE `red_packets` (
	`id` integer PRIMARY KEY NOT NULL,
	`user_id` integer NOT NULL,
	`type` integer NOT NULL,
	`count` integer NOT NULL,
	`amount` integer NOT NULL,
	`content` text NOT NULL,
	`command` text DEFAULT '' NOT NULL,
	`dest_type` integer NOT NULL,
	`dest_id` integer NOT NULL,
	`is_addressed` integer DEFAULT 0 NOT NULL,
	`status` integer DEFAULT 1 NOT NULL,
	`sent_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`finished_at` integer,
	`returned_by` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "red_packets_status" CHECK("red_packets"."status" IN (1, 2, 3)),
	CONSTRAINT "red_packets_count" CHECK("red_packets"."count" BETWEEN 1 AND 500)
) STRICT;
--> statement-breakpoint
CREATE INDEX `red_packets_expiring` ON `red_packets` (`expires_at`) WHERE status = 1;