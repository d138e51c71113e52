-- From here on the shares of an AA bill wait in escrow until all are paid, or go back when it expires.
INSERT INTO ledger_accounts (id, kind) VALUES (-7, 'aa_escrow');
--> statement-breakpoint
-- What was paid before lies in the organiser's wallet and not in escrow: those bills end now, as they are.
-- Bills that nobody has paid yet stay open.
UPDATE aa_bills SET status = 2,
	expires_at = MIN(expires_at, CAST(strftime('%s', 'now') AS INTEGER) * 1000),
	updated_at = MIN(expires_at, CAST(strftime('%s', 'now') AS INTEGER) * 1000)
WHERE status = 0 AND EXISTS (SELECT 1 FROM aa_payments WHERE bill_id = aa_bills.id);
