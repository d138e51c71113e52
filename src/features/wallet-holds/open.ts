import { type SQL, sql } from 'drizzle-orm';
import { walletHolds } from '../../../db/schema/wallet-holds.ts';
import type { UserId } from '../../core/ids.ts';
import { type NoMore, p, prepareChange, type Query, type Values } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import { noticeValues, prepareNotice } from '../../realtime/notices.ts';

const me = p('me');
const frozen = sql`${walletHolds.userId} = ${me} AND ${walletHolds.frozenAt} IS NOT NULL`;

type Owner = { readonly me: UserId };
type Ports = Pick<Platform, 'clock' | 'random'>;

/**
 * Prepares the end of a freeze for a batch that proves who the owner is, who is told.
 * @param proof condition
 */
export function prepareOpening<Wanted extends Values = NoMore>(proof: SQL) {
  const tell = prepareNotice<Wanted & Owner>(
    me,
    sql`${proof} AND EXISTS (SELECT 1 FROM ${walletHolds} WHERE ${frozen})`,
  );
  const open = prepareChange<Wanted & Owner>(
    sql`UPDATE ${walletHolds} SET frozen_at = NULL WHERE ${frozen} AND ${proof}`,
  );
  return (context: Ports, values: Wanted & Owner): readonly [Query<number>, Query<number>] => [
    tell({ ...values, ...noticeValues(context, 'walletOpened') }),
    open(values),
  ];
}

const openFrozen = prepareOpening(sql`1`);
const liftLimit = prepareChange<Owner>(sql`DELETE FROM ${walletHolds} WHERE ${walletHolds.userId} = ${me}`);

/**
 * The statements by which an operator, who has seen who the owner is, lets nothing hold the wallet any more. `lifted`
 * changes a row where something did.
 */
export function openingWallet(home: Ports, user: UserId) {
  const values = { me: user };
  return { opened: openFrozen(home, values), lifted: liftLimit(values) };
}

/** @returns false when nothing held the wallet */
export async function openWallet(home: Ports & Pick<Platform, 'db'>, user: UserId): Promise<boolean> {
  const { lifted } = await home.db.write(openingWallet(home, user));
  return lifted > 0;
}
