import { sql } from 'drizzle-orm';
import { deletions } from '../../../db/schema/deletions.ts';
import type { Fen } from '../../core/fen.ts';
import type { ChangeId, UserId } from '../../core/ids.ts';
import { systemSql } from '../../ledger/accounts.ts';
import { writeBills } from '../../ledger/bills.ts';
import {
  JOURNAL_OPEN,
  type JournalValues,
  journalValues,
  moveMoney,
  openJournal,
} from '../../ledger/journal.ts';
import { canTake } from '../../ledger/recharges.ts';
import type { Hold } from '../../ledger/reconcile.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import { noticeValues, prepareNotice } from '../../realtime/notices.ts';

/** How long after the deletion an operator may pay what was given up to whoever proves to have owned it. */
export const CLAIM_MS = 3 * 365 * 24 * 3600 * 1000;

/** What was given up, and nobody has claimed. */
export const unclaimedHold: Hold = {
  account: 'unclaimed',
  openFen: sql<number>`(SELECT COALESCE(SUM(given_up - claimed), 0) FROM ${deletions} WHERE given_up > claimed)`,
};

type Giving = { readonly user: UserId; readonly fen: Fen };
const [user, amount] = [p('user'), p('fen')];

type Claim = Giving & { readonly to: UserId; readonly since: number; readonly mark_change: ChangeId };
const to = p('to');
const claim = prepareChange<Claim>(
  sql`UPDATE ${deletions} SET claimed = claimed + ${amount}, change_id = ${p('mark_change')}
    WHERE user_id = ${user} AND given_up - claimed >= ${amount} AND erased_at > ${p('since')} AND ${user} <> ${to}
      AND ${canTake(to, amount)}`,
);
const claimed = sql`EXISTS (SELECT 1 FROM ${deletions} WHERE user_id = ${user} AND change_id = ${p('mark_change')})`;
const openClaim = openJournal<Claim>('balance_claimed', claimed, user);
const pay = moveMoney<Claim>({ from: systemSql('unclaimed'), to, amount });
const billClaim = writeBills<Claim>({
  user: to,
  type: 'correction',
  direction: 'in',
  amount,
  withType: 'person',
  withId: user,
  content: sql`'认领注销账号的余额'`,
});
const tell = prepareNotice<Claim & JournalValues>(to, JOURNAL_OPEN);

/** The statements by which an operator pays a person what they gave up. `claimed`: so much is there, and not too old. */
export function claiming(
  home: Pick<Platform, 'ids' | 'clock' | 'random'>,
  wanted: Giving & { readonly to: UserId },
) {
  const now = home.clock.now();
  const values = {
    ...wanted,
    ...journalValues(home.ids, now),
    since: now - CLAIM_MS,
    mark_change: home.ids.mark(),
  };
  return {
    claimed: claim(values),
    opened: openClaim(values),
    moved: pay(values),
    billed: billClaim(values),
    told: tell({ ...values, ...noticeValues(home, 'walletCredited') }),
  };
}

/** What waits to be claimed of a deleted account. Fen; when it was erased, epoch ms. */
export const unclaimedOf = prepareRead<{ readonly user: UserId }, { left: number; erasedAt: number | null }>(
  sql`SELECT given_up - claimed, erased_at FROM ${deletions} WHERE user_id = ${user}`,
  ['left', 'erasedAt'],
);
