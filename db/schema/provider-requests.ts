import { sql } from 'drizzle-orm';
import { type AnySQLiteColumn, check, integer, text } from 'drizzle-orm/sqlite-core';
import type { ChangeId } from '../../src/core/ids.ts';
import type { WordOf } from './word.ts';

/**
 * `stage` of what a provider is to do with money. `sent`: a request has left, or may have. `held`: the operator has
 * it.
 */
export const STAGE = { queued: 0, sent: 1, held: 2, over: 3 } as const;
export type Stage = WordOf<typeof STAGE>;

/**
 * What is kept of a request that a provider must carry out once: the columns of a table beside the number of what is
 * asked for. What that is called at the provider never changes, so that no repetition does it twice.
 */
export const requestColumns = <Fault extends string>() => ({
  stage: integer('stage').notNull().default(STAGE.queued).$type<Stage>(),
  /** The call that sent it last: the mark of its claim, left before the request leaves. */
  claimedBy: integer('claimed_by').$type<ChangeId>(),
  /** Requests, in all, and when the first and the last of them were claimed since it was queued. */
  attempts: integer('attempts').notNull().default(0),
  firstSentAt: integer('first_sent_at'),
  sentAt: integer('sent_at'),
  /** 1 once the provider has known the number: from then on it must not say that it does not. */
  takenIn: integer('taken_in').notNull().default(0),
  /** The last request was refused: whose fault it was. Counts once the provider still knows of no such number. */
  fault: text('fault').$type<Fault>(),
  /** The provider's last word, or why the operator has it: a code, never a name or a number. */
  reason: text('reason').notNull().default(''),
  /** The provider's own number of what it has done. */
  transferNo: text('transfer_no').notNull().default(''),
  /** How often the provider has been asked since it was sent, or has ended, and when it is looked at next; null: no more. */
  asks: integer('asks').notNull().default(0),
  nextAt: integer('next_at'),
});

/** What always holds of these columns. @param table the name of the table */
export const requestChecks = (
  table: string,
  t: Readonly<Record<'stage' | 'claimedBy' | 'attempts' | 'takenIn' | 'nextAt', AnySQLiteColumn>>,
) => [
  check(`${table}_stage`, sql`${t.stage} IN (0, 1, 2, 3)`),
  check(`${table}_sent`, sql`${t.stage} <> 1 OR (${t.claimedBy} IS NOT NULL AND ${t.attempts} > 0)`),
  check(`${table}_taken_in`, sql`${t.takenIn} IN (0, 1)`),
  check(`${table}_held`, sql`${t.stage} <> 2 OR ${t.nextAt} IS NULL`),
];
