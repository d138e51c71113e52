import { type SQL, sql } from 'drizzle-orm';
import { chinaDayStart } from '../china-time.ts';
import type { Context } from '../context.ts';
import type { Values } from '../platform/database/query.ts';
import { lowestIdAt } from '../platform/ids.ts';
import { spentSince } from './ledger/bills.ts';

/**
 * Condition for what may be sent without the pay password, because the document has no parameter for it: red
 * packets and gifts (decisions, Money). For `payPasswordRightOr`. Values: `me` and `withoutPasswordValues`.
 * @param share SQL of the fen of the largest share
 * @param total SQL of the fen that leave the wallet now; with what left it today for such things it stays within the limit a day
 */
export const withinPasswordlessLimits = (share: SQL, total: SQL): SQL =>
  sql`(${share} <= ${sql.placeholder('passwordlessMax')}
    AND ${total} + ${spentSince('redPacketSent', 'gift')} <= ${sql.placeholder('passwordlessDayMax')})`;

/** The values of that condition, without `me`. Days are those of Asia/Shanghai. */
export const withoutPasswordValues = ({ config, clock }: Pick<Context, 'config' | 'clock'>): Values => ({
  passwordlessMax: config.PASSWORDLESS_MAX,
  passwordlessDayMax: config.PASSWORDLESS_DAY_MAX,
  sinceId: lowestIdAt(chinaDayStart(clock.now())),
});
