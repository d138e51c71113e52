import { sql } from 'drizzle-orm';
import { refuse } from '../../http/failure.ts';
import { p, prepareRead } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { isFrozen, isLimited, isTooMuch, type MayLeaveValues } from './conditions.ts';

const look = prepareRead<
  MayLeaveValues & { leaving: number },
  Record<'frozen' | 'limited' | 'tooMuch', number>
>(sql`SELECT ${isFrozen}, ${isLimited}, ${isTooMuch(p('leaving'))}`, ['frozen', 'limited', 'tooMuch']);

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
  if (found?.frozen) refuse('WALLET_FROZEN');
  if (leaving === 'payout' ? found?.limited : found?.tooMuch) refuse('WALLET_LIMITED');
}
