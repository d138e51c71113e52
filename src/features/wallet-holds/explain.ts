import { sql } from 'drizzle-orm';
import { refuse } from '../../http/failure.ts';
import { p, prepareRead } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { isLimited, isShut, isTooMuch, isUnproved, type MayLeaveValues } from './conditions.ts';

const look = prepareRead<
  MayLeaveValues & { leaving: number },
  Record<'shut' | 'unproved' | 'limited' | 'tooMuch', number>
>(sql`SELECT ${isShut(p('me'))}, ${isUnproved}, ${isLimited}, ${isTooMuch(p('leaving'))}`, [
  'shut',
  'unproved',
  'limited',
  'tooMuch',
]);

/** The words for the owner of a wallet that an operator froze, beside the text that every freeze has. */
const BY_OPERATOR = { hint: '钱包由客服冻结，请联系客服' };

/**
 * For a batch that did nothing: refuses `WALLET_FROZEN` or `WALLET_LIMITED` if that was why.
 * @param leaving fen that would have left; `payout`: by a withdrawal, which a limited wallet allows none of
 */
export async function explainHold(
  context: CallerContext,
  values: MayLeaveValues,
  leaving: number | 'payout',
): Promise<void> {
  const [found] = await context.db.read(look({ ...values, leaving: leaving === 'payout' ? 0 : leaving }));
  if (found?.shut) refuse('WALLET_FROZEN', BY_OPERATOR);
  if (found?.unproved) refuse('WALLET_FROZEN');
  if (leaving === 'payout' ? found?.limited : found?.tooMuch) refuse('WALLET_LIMITED');
}
