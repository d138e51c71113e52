import { type SQL, sql } from 'drizzle-orm';
import type { Fen } from '../../core/fen.ts';
import type { UserId } from '../../core/ids.ts';
import { canPay, systemSql } from '../../ledger/accounts.ts';
import { payFromAdjustments } from '../../ledger/adjustments.ts';
import { writeBills } from '../../ledger/bills.ts';
import {
  type Correction,
  JOURNAL_OPEN,
  type JournalValues,
  journalValues,
  moveMoney,
  openJournal,
} from '../../ledger/journal.ts';
import { canTake } from '../../ledger/recharges.ts';
import { p } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import { type NoticeKind, noticeValues, prepareNotice } from '../../realtime/notices.ts';

/** An operator's change of one wallet. `note` is what its owner reads in the bill. */
export interface Change {
  readonly user: UserId;
  readonly fen: Fen;
  readonly note: string;
}

type Wanted = { readonly user: UserId; readonly fen: Fen; readonly note: string };
const [user, amount] = [p('user'), p('fen')];

const open = (kind: Correction, condition: SQL) => openJournal<Wanted>(kind, condition, user);
const bill = (direction: 'in' | 'out') =>
  writeBills<Wanted>({
    user,
    type: 'correction',
    direction,
    amount,
    withType: 'person',
    withId: user,
    content: p('note'),
  });
const billIn = bill('in');
const billOut = bill('out');
const tell = prepareNotice<Wanted & JournalValues>(user, JOURNAL_OPEN);

const openCredit = open('correction_credited', canTake(user, amount));
const fund = payFromAdjustments<Wanted>(user, amount);
const openFromSeized = open(
  'correction_credited',
  sql`${canPay(systemSql('seized'), amount)} AND ${canTake(user, amount)}`,
);
const payFromSeized = moveMoney<Wanted>({ from: systemSql('seized'), to: user, amount });
const openDebit = open('correction_debited', canPay(user, amount));
const takeAway = moveMoney<Wanted>({ from: user, to: systemSql('adjustments'), amount });
const openSeizure = open('correction_seized', canPay(user, amount));
const seize = moveMoney<Wanted>({ from: user, to: systemSql('seized'), amount });

type Ports = Pick<Platform, 'ids' | 'clock' | 'random'>;
const valuesOf = (home: Ports, change: Change, kind: NoticeKind) => ({
  ...change,
  ...journalValues(home.ids, home.clock.now()),
  ...noticeValues(home, kind),
});

/** From where a credit's money comes: what operators took before, or what they seized. */
export type CreditFrom = 'adjustments' | 'seized';

/**
 * The statements by which an operator pays into a wallet. What `adjustments` does not hold comes in from the company;
 * of `seized` no more than is there. `opened` changes a row where there is such a wallet and it can take the money.
 */
export function crediting(home: Ports, change: Change, from: CreditFrom) {
  const values = valuesOf(home, change, 'walletCredited');
  return {
    opened: from === 'seized' ? openFromSeized(values) : openCredit(values),
    moved: from === 'seized' ? [payFromSeized(values)] : fund.map((line) => line(values)),
    billed: billIn(values),
    told: tell(values),
  };
}

/** The statements by which an operator takes money out of a wallet, into `adjustments`. `opened`: the wallet holds it. */
export function debiting(home: Ports, change: Change) {
  const values = valuesOf(home, change, 'walletDebited');
  return { opened: openDebit(values), moved: takeAway(values), billed: billOut(values), told: tell(values) };
}

/** The same into `seized`. */
export function seizing(home: Ports, change: Change) {
  const values = valuesOf(home, change, 'walletDebited');
  return { opened: openSeizure(values), moved: seize(values), billed: billOut(values), told: tell(values) };
}
