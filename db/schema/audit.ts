import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/**
 * One row for each act of an operator, written in the act's own batch: when, by whom, what, and on whom. Triggers
 * refuse every change; rows go in whole sealed spans only, three years after the last of them.
 */
export const audit = sqliteTable(
  'audit',
  {
    /** Made by the database, so that rows stand in the order in which they were written. */
    id: integer('id').primaryKey({ autoIncrement: true }),
    /** Random: the mark of the act's batch. */
    act: text('act').notNull().unique(),
    at: integer('at').notNull(),
    /** `operator`, `shell` or `job`. */
    actorKind: text('actor_kind').notNull(),
    /** The operator's number; 0 where it is none. */
    actorId: integer('actor_id').notNull(),
    /** The operator's name, the machine's user, or the job's name. */
    actor: text('actor').notNull(),
    /** As `payouts.settle`. */
    operation: text('operation').notNull(),
    /** The kind of what it was done to, as `payout`; and its number. */
    subject: text('subject').notNull(),
    subjectId: text('subject_id').notNull(),
    requestId: text('request_id').notNull(),
    /** HMAC under AUDIT_KEY of the details as they were written. */
    detailsMac: text('details_mac').notNull(),
  },
  (t) => [
    index('audit_subject').on(t.subject, t.subjectId, t.id),
    index('audit_actor').on(t.actorKind, t.actorId, t.id),
  ],
);

/** What may be forgotten of an act, by retention or because a person is erased: the row may go, and nothing breaks. */
export const auditDetails = sqliteTable('audit_details', {
  auditId: integer('audit_id')
    .primaryKey()
    .references(() => audit.id),
  /** JSON of what was so before and after it, without anything sealed. */
  before: text('before').notNull(),
  after: text('after').notNull(),
  reason: text('reason').notNull(),
  /** The operator's address; empty where they sat at the machine. */
  address: text('address').notNull(),
});

/** A chain over the rows of `audit`: each link is an HMAC over the one before and over the rows of its span. */
export const auditSeals = sqliteTable('audit_seals', {
  /** The span of numbers: behind the link before, up to its last row. */
  fromId: integer('from_id').primaryKey(),
  toId: integer('to_id').notNull().unique(),
  rows: integer('rows').notNull(),
  /** When the newest act of the span was done. */
  lastAt: integer('last_at').notNull(),
  /** SHA-256 of the rows. */
  digest: text('digest').notNull(),
  mac: text('mac').notNull(),
  sealedAt: integer('sealed_at').notNull(),
});

/** What acts with an Idempotency-Key were answered, written in the act's batch. */
export const operationReplies = sqliteTable(
  'operation_replies',
  {
    operatorId: integer('operator_id').notNull(),
    operation: text('operation').notNull(),
    key: text('key').notNull(),
    /** Keyed digest of the parameters and the reason. */
    digest: text('digest').notNull(),
    reply: text('reply').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.operatorId, t.operation, t.key] }),
    index('operation_replies_age').on(t.createdAt),
  ],
);
