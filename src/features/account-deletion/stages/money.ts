import { sql } from 'drizzle-orm';
import { deletions } from '../../../../db/schema/deletions.ts';
import type { Fen } from '../../../core/fen.ts';
import type { UserId } from '../../../core/ids.ts';
import { balanceOf, canPay, systemSql } from '../../../ledger/accounts.ts';
import { writeBills } from '../../../ledger/bills.ts';
import {
  JOURNAL_OPEN,
  type JournalValues,
  journalValues,
  moveMoney,
  openJournal,
} from '../../../ledger/journal.ts';
import { p, prepareChange } from '../../../platform/database/query.ts';
import type { Platform } from '../../../realtime/context.ts';
import { isShut } from '../../wallet-holds/conditions.ts';
import type { Stage } from '../stage.ts';

type Giving = { readonly user: UserId; readonly fen: Fen };
const [user, amount] = [p('user'), p('fen')];
const isErasing = sql`EXISTS (SELECT 1 FROM ${deletions} WHERE user_id = ${user} AND step > 0 AND erased_at IS NULL)`;
const openGivingUp = openJournal<Giving & { readonly now: number }>(
  'balance_given_up',
  sql`${isErasing} AND ${canPay(user, amount)} AND NOT ${isShut(user)}`,
  user,
);
const giveUp = moveMoney<Giving>({ from: user, to: systemSql('unclaimed'), amount });
const noteGivenUp = prepareChange<Giving & JournalValues>(
  sql`UPDATE ${deletions} SET given_up = given_up + ${amount} WHERE user_id = ${user} AND ${JOURNAL_OPEN}`,
);
const billGivingUp = writeBills<Giving>({
  user,
  type: 'correction',
  direction: 'out',
  amount,
  withType: 'person',
  withId: user,
  content: sql`'注销账号，余额待认领'`,
});

/**
 * The statements that move what an account holds that is being erased to `unclaimed`. `opened`: it holds as much, and
 * no operator has frozen it.
 */
function givingUp(home: Pick<Platform, 'ids' | 'clock'>, giving: Giving) {
  const now = home.clock.now();
  const values = { ...giving, now, ...journalValues(home.ids, now) };
  return {
    opened: openGivingUp(values),
    moved: giveUp(values),
    noted: noteGivenUp(values),
    billed: billGivingUp(values),
  };
}

/** How long a wallet that an operator has frozen meanwhile is left alone. */
const LATER_MS = 10 * 60_000;

/** What is in the wallet goes to `unclaimed`; what comes in meanwhile, too. A frozen wallet keeps it, and is waited for. */
export const giveUpBalance: Stage = async (platform, { userId, cursor }) => {
  const [account] = await platform.db.read(balanceOf({ account: userId }));
  const fen = (account?.balance ?? 0) as Fen; // a balance
  if (fen === 0) return 'done';
  const { opened } = await platform.db.write(givingUp(platform, { user: userId, fen }));
  return opened === 1 ? { cursor } : { cursor, notBefore: platform.clock.now() + LATER_MS };
};
