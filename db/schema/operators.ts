import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { ChangeId, OperatorId, OperatorSessionId } from '../../src/core/ids.ts';

/**
 * Whoever may work on the operators' side. The row outlives its removal, because the audit names its number;
 * the name is free again then.
 */
export const operators = sqliteTable(
  'operators',
  {
    id: integer('id').primaryKey().$type<OperatorId>(),
    /** As `parseOperatorName` leaves it. */
    name: text('name').notNull(),
    role: text('role').notNull(),
    /** scrypt; null until the first login is complete, and after a reset. */
    passwordHash: text('password_hash'),
    /** The secret of their authenticator, under DATA_KEY; null where `passwordHash` is. */
    sealedTotp: text('sealed_totp'),
    /** The 30 seconds, counted since 1970, of the newest code that was taken: none of them or before is taken again. */
    totpStep: integer('totp_step').notNull().default(0),
    createdAt: integer('created_at').notNull(),
    removedAt: integer('removed_at'),
    /** The call that changed the row last. */
    changeId: integer('change_id').notNull().default(0).$type<ChangeId>(),
  },
  (t) => [uniqueIndex('operators_name').on(t.name).where(sql`removed_at IS NULL`)],
);

/**
 * The way to a first login, one an operator. Whoever has the invitation chooses a password first; what the server has
 * made for it waits here until a code proves that the authenticator has the secret.
 */
export const operatorInvitations = sqliteTable(
  'operator_invitations',
  {
    operatorId: integer('operator_id')
      .primaryKey()
      .$type<OperatorId>()
      .references(() => operators.id),
    /** Of the secret in the link, which is long enough to need no key. */
    digest: text('digest').notNull(),
    expiresAt: integer('expires_at').notNull(),
    passwordHash: text('password_hash'),
    sealedTotp: text('sealed_totp'),
    /** JSON list of the digests of the recovery codes. */
    recoveryDigests: text('recovery_digests'),
  },
  (t) => [
    uniqueIndex('operator_invitations_digest').on(t.digest),
    index('operator_invitations_age').on(t.expiresAt),
  ],
);

/** What stands in for an authenticator that is lost, each once: a used one is deleted. */
export const operatorRecoveryCodes = sqliteTable(
  'operator_recovery_codes',
  {
    operatorId: integer('operator_id')
      .notNull()
      .$type<OperatorId>()
      .references(() => operators.id),
    /** Under PAY_PEPPER. */
    digest: text('digest').notNull(),
  },
  (t) => [primaryKey({ columns: [t.operatorId, t.digest] })],
);

/** A login of an operator. One that has ended is deleted. */
export const operatorSessions = sqliteTable(
  'operator_sessions',
  {
    id: integer('id').primaryKey().$type<OperatorSessionId>(),
    operatorId: integer('operator_id')
      .notNull()
      .$type<OperatorId>()
      .references(() => operators.id),
    /** Of the secret in the cookie. */
    digest: text('digest').notNull(),
    createdAt: integer('created_at').notNull(),
    /** When it was last used, to ten seconds. */
    seenAt: integer('seen_at').notNull(),
    address: text('address').notNull(),
    /** What the browser calls itself. */
    browser: text('browser').notNull(),
  },
  (t) => [
    uniqueIndex('operator_sessions_digest').on(t.digest),
    index('operator_sessions_of').on(t.operatorId, t.createdAt),
    index('operator_sessions_seen').on(t.seenAt),
  ],
);

/** From where an operator has logged in lately. What is known counts wrong passwords by itself. */
export const operatorAddresses = sqliteTable(
  'operator_addresses',
  {
    operatorId: integer('operator_id')
      .notNull()
      .$type<OperatorId>()
      .references(() => operators.id),
    /** What the client's address counts under (`addressKey`). */
    address: text('address').notNull(),
    lastAt: integer('last_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.operatorId, t.address] }), index('operator_addresses_age').on(t.lastAt)],
);

/** What a program calls with. Its number is of the same kind as an operator's, because the audit names either. */
export const operatorTokens = sqliteTable(
  'operator_tokens',
  {
    id: integer('id').primaryKey().$type<OperatorId>(),
    name: text('name').notNull(),
    role: text('role').notNull(),
    /** JSON list of operations and subjects: `payouts.list`, `users.*`. */
    scopes: text('scopes').notNull(),
    /** JSON list of addresses and networks from which it is taken; empty: any. */
    addresses: text('addresses').notNull(),
    /** Of the token, which is long enough to need no key. */
    digest: text('digest').notNull(),
    /** The operator who has made it. */
    createdBy: integer('created_by').$type<OperatorId>(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    /** When it was last used, to a minute. */
    usedAt: integer('used_at'),
    revokedAt: integer('revoked_at'),
    /** The call that changed the row last. */
    changeId: integer('change_id').notNull().default(0).$type<ChangeId>(),
  },
  (t) => [
    uniqueIndex('operator_tokens_digest').on(t.digest),
    index('operator_tokens_maker').on(t.createdBy),
    uniqueIndex('operator_tokens_name').on(t.name).where(sql`revoked_at IS NULL`),
  ],
);
