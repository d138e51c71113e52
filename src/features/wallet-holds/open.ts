import { type SQL, sql } from 'drizzle-orm';
import { walletHolds } from '../../../db/schema/wallet-holds.ts';
import type { UserId } from '../../core/ids.ts';
import { p, prepareChange, type Query, type Values } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import { noticeValues, prepareNotice } from '../../realtime/notices.ts';

const me = p('me');
const frozen = sql`${walletHolds.userId} = ${me} AND ${walletHolds.frozenAt} IS NOT NULL`;

type Ports = Pick<Platform, 'clock' | 'random'>;

/**
 * Prepares the end of a freeze for a batch that proves who the owner is, who is told. Value: `me`.
 * @param proof condition
 */
export function prepareOpening(proof: SQL) {
  const tell = prepareNotice(me, sql`${proof} AND EXISTS (SELECT 1 FROM ${walletHolds} WHERE ${frozen})`);
  const open = prepareChange(sql`UPDATE ${walletHolds} SET frozen_at = NULL WHERE ${frozen} AND ${proof}`);
  return (context: Ports, values: Values): readonly [Query<number>, Query<number>] => [
    tell({ ...values, ...noticeValues(context, 'walletOpened') }),
    open(values),
  ];
}

const openFrozen = prepareOpening(sql`1`);
const liftLimit = prepareChange(sql`DELETE FROM ${walletHolds} WHERE ${walletHolds.userId} = ${me}`);

/** An operator has seen who the owner is: nothing holds the wallet any more. @returns false when nothing did */
export async function openWallet(home: Ports & Pick<Platform, 'db'>, user: UserId): Promise<boolean> {
  const values = { me: user };
  const [, , lifted] = await home.db.write(...openFrozen(home, values), liftLimit(values));
  return lifted > 0;
}
