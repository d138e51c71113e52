import { type SQL, sql } from 'drizzle-orm';
import { chinaDayStart } from '../core/china-time.ts';
import type { Clock } from '../core/clock.ts';
import { type Fen, fen } from '../core/fen.ts';
import { lowestIdAt } from '../core/id-maker.ts';
import type { Settings } from '../core/settings.ts';
import { p } from '../platform/database/query.ts';
import { spentSince } from './bills.ts';

/**
 * Condition for what may leave a wallet in a day without the pay password, because the document has no parameter
 * for it: red packets, gifts and withdrawals together (docs/decisions.md#pay-password). For
 * `payPasswordRightOr`. Values: `me` and `WithoutPasswordValues`. What left with the password counts, too.
 * @param total SQL of the fen that leave the wallet now
 */
export const withinPasswordlessDay = (total: SQL): SQL =>
  sql`(${total} + ${spentSince('redPacketSent', 'gift', 'withdrawal')} <= ${p('passwordlessDayMax')})`;

/**
 * The same for what goes to other people, where each share has a limit of its own.
 * @param share SQL of the fen of the largest share
 */
export const withinPasswordlessLimits = (share: SQL, total: SQL): SQL =>
  sql`(${share} <= ${p('passwordlessMax')} AND ${withinPasswordlessDay(total)})`;

/** What may leave without the password where PASSWORDLESS_DAY_MAX is not set: play money may leave more freely. */
const DAY_MAX = { production: fen(100_000), sandbox: fen(2_000_000) } as const;

/** The most that leaves a wallet in a day without the pay password. */
export const passwordlessDayMax = ({ MODE, PASSWORDLESS_DAY_MAX }: Settings): Fen =>
  PASSWORDLESS_DAY_MAX ?? DAY_MAX[MODE];

/** What those conditions want beside `me`. */
export type WithoutPasswordValues = {
  readonly passwordlessMax: Fen;
  readonly passwordlessDayMax: Fen;
  readonly sinceId: number;
};

/** The values of those conditions, without `me`. Days are those of Asia/Shanghai. */
export const withoutPasswordValues = ({
  config,
  clock,
}: {
  readonly config: Settings;
  readonly clock: Clock;
}): WithoutPasswordValues => ({
  passwordlessMax: config.PASSWORDLESS_MAX,
  passwordlessDayMax: passwordlessDayMax(config),
  sinceId: lowestIdAt(chinaDayStart(clock.now())),
});
