import { sql } from 'drizzle-orm';
import { operatorSums } from '../../../db/schema/approvals.ts';
import { assertions } from '../../../db/schema/platform.ts';
import { chinaDay } from '../../core/china-time.ts';
import type { UserId } from '../../core/ids.ts';
import { p, prepareChange, type Query } from '../../platform/database/query.ts';
import { prepareSweep, type Sweep } from '../../platform/database/sweep.ts';
import { isWritten } from '../audit/append.ts';
import type { Money } from '../operation.ts';

type Sum = {
  readonly audit_act: string;
  readonly sum_eyes: string;
  readonly sum_user: UserId | 0;
  readonly sum_day: number;
  readonly sum_amount: number;
};
const add = prepareChange<Sum>(
  sql`INSERT INTO ${operatorSums} (eyes, user_id, day, amount)
    SELECT ${p('sum_eyes')}, ${p('sum_user')}, ${p('sum_day')}, ${p('sum_amount')} WHERE ${isWritten}
    ON CONFLICT (eyes, user_id, day) DO UPDATE SET amount = amount + excluded.amount`,
);

/** What the sum's statements want. @param act the mark of the act in its audit */
export const sumValues = (act: string, eyes: string, { fen, whom }: Money, now: number): Sum => ({
  audit_act: act,
  sum_eyes: eyes,
  sum_user: whom ?? 0,
  sum_day: chinaDay(now),
  sum_amount: fen,
});

/** Counts what an act has moved, for its batch. */
export const addSum: (values: Sum) => Query<number> = add;

type Bound = Pick<Sum, 'audit_act' | 'sum_eyes' | 'sum_user' | 'sum_day'> & { readonly most: number };
/** Takes the batch back where the act happened and the operator has moved more than one may alone. */
export const assertAlone = prepareChange<Bound>(
  sql`INSERT INTO ${assertions} (rows_changed) SELECT 0 WHERE ${isWritten} AND EXISTS (
    SELECT 1 FROM ${operatorSums} AS moved WHERE moved.eyes = ${p('sum_eyes')} AND moved.user_id = ${p('sum_user')}
      AND moved.day = ${p('sum_day')} AND moved.amount > ${p('most')})`,
);

const sweep = prepareSweep(operatorSums, operatorSums.day);
/** Forgets the sums of days that are over. */
export const sweepSums: Sweep = (now, limit) => sweep({ before: chinaDay(now) - 2, limit });
