import { type SQL, sql } from 'drizzle-orm';
import { AA_BILL, aaBills } from '../../../db/schema/aa-bills.ts';
import { groups } from '../../../db/schema/groups.ts';
import { PACKET, redPackets } from '../../../db/schema/red-packets.ts';
import { REFUND, refunds } from '../../../db/schema/refunds.ts';
import { TRANSFER, transfers } from '../../../db/schema/transfers.ts';
import { PAYOUT, payouts } from '../../../db/schema/wallet.ts';
import { walletFreezes } from '../../../db/schema/wallet-holds.ts';
import type { UserId } from '../../core/ids.ts';
import { canPay } from '../../ledger/accounts.ts';
import { p, prepareRead } from '../../platform/database/query.ts';

const user = p('user');

/** What the owner has said beforehand: owned groups are dismissed, and the balance is given up. */
export type Consents = { readonly dismisses: 0 | 1; readonly givesUp: 0 | 1 };
export type ObstacleValues = Consents & { readonly user: UserId; readonly now: number };

/** Obstacles of one kind that a reply lists. */
const SHOWN = sql.raw('20');

interface Kind {
  /** What to do about it, in words for the person. */
  readonly way: string;
  /** `SELECT id, ends_at, amount, name FROM …`: what is open, with its end where time ends it. */
  readonly rows: SQL;
}

/** What stands in the way of a deletion, and the way out of each. */
export const OBSTACLES = {
  redPacket: {
    way: '未领完的红包到期自动退回，之后可注销',
    rows: sql`SELECT id, expires_at AS ends_at, amount, '' AS name FROM ${redPackets}
      WHERE user_id = ${user} AND status = ${PACKET.open}`,
  },
  transferSent: {
    way: '等待对方收款；到期自动退回，之后可注销',
    rows: sql`SELECT id, expires_at AS ends_at, amount, '' AS name FROM ${transfers}
      WHERE payer_id = ${user} AND status = ${TRANSFER.waits}`,
  },
  transferReceived: {
    way: '请先收款；不收款则到期自动退回对方，之后可注销',
    rows: sql`SELECT id, expires_at AS ends_at, amount, '' AS name FROM ${transfers}
      WHERE payee_id = ${user} AND status = ${TRANSFER.waits}`,
  },
  aaBill: {
    way: 'AA 收款完成或到期后可注销',
    rows: sql`SELECT id, expires_at AS ends_at, total AS amount, '' AS name FROM ${aaBills}
      WHERE organiser_id = ${user} AND status = ${AA_BILL.open}`,
  },
  withdrawal: {
    way: '提现到账或退回后可注销',
    rows: sql`SELECT id, NULL AS ends_at, amount, '' AS name FROM ${payouts}
      WHERE user_id = ${user} AND state = ${PAYOUT.waiting}`,
  },
  refund: {
    way: '退款完成或退回后可注销',
    rows: sql`SELECT id, NULL AS ends_at, amount, '' AS name FROM ${refunds}
      WHERE user_id = ${user} AND state = ${REFUND.underWay}`,
  },
  frozenWallet: {
    way: '钱包由客服冻结，请联系客服',
    rows: sql`SELECT user_id AS id, until AS ends_at, NULL AS amount, '' AS name FROM ${walletFreezes}
      WHERE user_id = ${user} AND (until IS NULL OR until > ${p('now')})`,
  },
  group: {
    way: '请先转让群，或以参数 groups=dismiss 同意注销时解散',
    rows: sql`SELECT id, NULL AS ends_at, NULL AS amount, name FROM ${groups}
      WHERE owner_id = ${user} AND dismissed_at IS NULL AND ${p('dismisses')} = 0`,
  },
  balance: {
    way: '请先提现，或以参数 giveUpBalance=1 明示放弃（三年内可凭身份证明联系客服认领）',
    rows: sql`SELECT ${user} AS id, NULL AS ends_at, NULL AS amount, '' AS name
      WHERE ${canPay(user, sql`1`)} AND ${p('givesUp')} = 0`,
  },
} as const satisfies Record<string, Kind>;

const kinds: readonly (readonly [string, Kind])[] = Object.entries(OBSTACLES);

export type ObstacleKind = keyof typeof OBSTACLES;
/** What stands in the way, with its end where time ends it, epoch ms; amounts in fen. */
export type Obstacle = {
  readonly kind: ObstacleKind;
  readonly id: number;
  readonly endsAt: number | null;
  readonly amount: number | null;
  readonly name: string;
};

/** All that stands in the way, some of each kind. */
export const findObstacles = prepareRead<ObstacleValues, Obstacle>(
  sql.join(
    kinds.map(
      ([kind, { rows }]) =>
        sql`SELECT ${sql.raw(`'${kind}'`)} AS kind, id, ends_at, amount, name FROM (${rows} LIMIT ${SHOWN})`,
    ),
    sql` UNION ALL `,
  ),
  ['kind', 'id', 'endsAt', 'amount', 'name'],
);

/** Condition: nothing stands in the way. Values: `ObstacleValues`. */
export const nothingInTheWay: SQL = sql.join(
  kinds.map(([, { rows }]) => sql`NOT EXISTS (${rows})`),
  sql` AND `,
);
