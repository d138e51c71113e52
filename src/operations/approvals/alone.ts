import { yuan } from '../../core/fen.ts';
import { ConstraintViolation } from '../../platform/database/db.ts';
import type { Platform } from '../../realtime/context.ts';
import type { Audited } from '../audit/append.ts';
import type { Act, Money } from '../operation.ts';
import { timeText } from '../shown.ts';
import { type Asked, addRequest, newRequest, waitsAlready } from './request.ts';
import { mostAlone } from './settings.ts';
import { addSum, assertAlone, sumValues } from './sums.ts';

/** What an assertion of an act's batch is called where it takes the batch back. */
const TAKEN_BACK = 'rows_changed';

/** Whether an assertion has taken an act's batch back: nothing of it was written. */
export const isTakenBack = (error: unknown): boolean =>
  error instanceof ConstraintViolation && error.constraint === TAKEN_BACK;

/**
 * An act's batch that is taken back (`isTakenBack`) if, by it, the operator has moved more of a person's money today
 * than one may alone. Where anything may be moved alone, the batch as it is.
 */
export function boundBy(
  home: Platform,
  { batch, act }: Audited,
  eyes: string,
  money: Money,
): Audited['batch'] {
  const most = mostAlone(home.config);
  if (most === undefined) return batch;
  const values = sumValues(act, eyes, money, home.clock.now());
  const { sum_amount: _, ...bound } = values;
  return { ...batch, summed: addSum(values), bounded: assertAlone({ ...bound, most }) };
}

/** The request for a second operator, as an act of its own. */
export function asking(home: Platform, asked: Asked): Act {
  const request = newRequest(home, asked);
  const { id, operation, userId, amount, expiresAt } = request;
  const facts = { operation, ...(userId === null ? {} : { user: userId }), yuan: yuan(amount) };
  return {
    on: id,
    batch: { asked: addRequest(request) },
    marks: ['asked'],
    after: { ...facts, until: timeText(expiresAt) },
    async whyNot() {
      const waiting = await waitsAlready(home, request);
      return `You have asked for the same already: approval ${waiting ?? ''} waits for a second operator.`;
    },
  };
}
