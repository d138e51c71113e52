-- What refunds have taken out of wallets waits here until it is with the payers, or comes back.
INSERT INTO ledger_accounts (id, kind) VALUES (-10, 'refunds');
