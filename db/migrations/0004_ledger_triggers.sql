-- Double entry by construction (docs/architecture.md, "Money"): whoever inserts a line has written both
-- postings and moved both balances.
INSERT INTO ledger_accounts (id, kind) VALUES
	(-1, 'cash_in'), (-2, 'cash_out'), (-3, 'red_packet_escrow'), (-4, 'transfer_escrow'), (-5, 'withdrawals'), (-6, 'fees');
--> statement-breakpoint
INSERT INTO ledger_accounts (id, kind) SELECT id, 'user' FROM users;
--> statement-breakpoint
CREATE TRIGGER users_have_accounts AFTER INSERT ON users BEGIN
	INSERT INTO ledger_accounts (id, kind) VALUES (NEW.id, 'user');
END;
--> statement-breakpoint
CREATE TRIGGER journal_lines_post AFTER INSERT ON journal_lines BEGIN
	INSERT INTO postings (line_id, account_id, amount)
		VALUES (NEW.id, NEW.debit_account, -NEW.amount), (NEW.id, NEW.credit_account, NEW.amount);
END;
--> statement-breakpoint
CREATE TRIGGER postings_follow_lines BEFORE INSERT ON postings
WHEN NOT EXISTS (SELECT 1 FROM journal_lines WHERE id = NEW.line_id
	AND NEW.amount = CASE NEW.account_id WHEN debit_account THEN -amount WHEN credit_account THEN amount END) BEGIN
	SELECT RAISE(ABORT, 'refused: postings_follow_lines');
END;
--> statement-breakpoint
CREATE TRIGGER postings_move_balances AFTER INSERT ON postings BEGIN
	UPDATE ledger_accounts SET balance = balance + NEW.amount WHERE id = NEW.account_id;
END;
--> statement-breakpoint
CREATE TRIGGER ledger_accounts_start_empty BEFORE INSERT ON ledger_accounts WHEN NEW.balance <> 0 BEGIN
	SELECT RAISE(ABORT, 'refused: ledger_accounts_start_empty');
END;
--> statement-breakpoint
CREATE TRIGGER ledger_accounts_no_rename BEFORE UPDATE OF id, kind ON ledger_accounts BEGIN
	SELECT RAISE(ABORT, 'refused: ledger_accounts_are_final');
END;
--> statement-breakpoint
CREATE TRIGGER ledger_accounts_no_delete BEFORE DELETE ON ledger_accounts BEGIN
	SELECT RAISE(ABORT, 'refused: ledger_accounts_are_final');
END;
--> statement-breakpoint
CREATE TRIGGER journals_no_update BEFORE UPDATE ON journals BEGIN
	SELECT RAISE(ABORT, 'refused: journals_are_final');
END;
--> statement-breakpoint
CREATE TRIGGER journals_no_delete BEFORE DELETE ON journals BEGIN
	SELECT RAISE(ABORT, 'refused: journals_are_final');
END;
--> statement-breakpoint
CREATE TRIGGER journal_lines_no_update BEFORE UPDATE ON journal_lines BEGIN
	SELECT RAISE(ABORT, 'refused: journal_lines_are_final');
END;
--> statement-breakpoint
CREATE TRIGGER journal_lines_no_delete BEFORE DELETE ON journal_lines BEGIN
	SELECT RAISE(ABORT, 'refused: journal_lines_are_final');
END;
--> statement-breakpoint
CREATE TRIGGER postings_no_update BEFORE UPDATE ON postings BEGIN
	SELECT RAISE(ABORT, 'refused: postings_are_final');
END;
--> statement-breakpoint
CREATE TRIGGER postings_no_delete BEFORE DELETE ON postings BEGIN
	SELECT RAISE(ABORT, 'refused: postings_are_final');
END;
--> statement-breakpoint
CREATE TRIGGER bills_no_update BEFORE UPDATE ON bills BEGIN
	SELECT RAISE(ABORT, 'refused: bills_are_final');
END;
--> statement-breakpoint
CREATE TRIGGER bills_no_delete BEFORE DELETE ON bills BEGIN
	SELECT RAISE(ABORT, 'refused: bills_are_final');
END;
