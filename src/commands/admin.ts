import { chinaDateText } from '../china-time.ts';
import { BadConfig, readConfig } from '../config.ts';
import type { Platform } from '../context.ts';
import { disableAccount, enableAccount } from '../features/accounts/disable.ts';
import { decideIdentity, waitingIdentities } from '../features/identity/review.ts';
import { closeReport, waitingReports } from '../features/reports/review.ts';
import type { Id, PayoutId, ReportId, UserId } from '../ids.ts';
import { yuan } from '../money/fen.ts';
import { strayRefunded, waitingStrays } from '../money/payment-orders/strays.ts';
import { bouncePayout, returnPayout, settlePayout } from '../money/payouts/end.ts';
import { waitingPayouts } from '../money/payouts/list.ts';
import { holdPayout, isDoubtful, sendPayout } from '../money/payouts/queue.ts';
import { type BunHome, openBunHome } from '../platform/home.bun.ts';

type Print = (text: string) => void;

const IDENTITY_USAGE = 'Say: admin identity list | approve USER | reject USER';

/** What a user has written, where a terminal takes it for text alone: no control characters, no line ends. */
const onOneLine = (text: string) => text.replace(/\p{Cc}+/gu, ' ');

/** The number of something. */
function numberOf<Kind extends Id<string>>(what: string, text: string | undefined): Kind {
  if (!text || !/^[1-9]\d{0,15}$/.test(text)) throw new BadConfig([`Give the ${what}’s number.`]);
  return Number(text) as Kind; // an operator's word; the statement looks it up
}

async function identity(home: BunHome, [action, user]: readonly string[], print: Print) {
  const { db, keys, clock } = home.platform;
  if (action === 'list') {
    const waiting = await waitingIdentities(db, keys.data);
    for (const { userId, name, idNo, submittedAt } of waiting)
      print([userId, onOneLine(name), idNo, chinaDateText(submittedAt)].join('\t'));
    return print(`${waiting.length} waiting`);
  }
  if (action !== 'approve' && action !== 'reject') throw new BadConfig([IDENTITY_USAGE]);
  const decided = await decideIdentity(db, numberOf<UserId>('user', user), action === 'approve', clock.now());
  print(decided ? 'Done.' : 'No request of that user waits.');
}

const PAYOUT_USAGE =
  'Say: admin payouts list | settle PAYOUT [--force] | return PAYOUT [--force] | send PAYOUT [--force] | hold PAYOUT | bounced PAYOUT';

interface PayoutAction {
  run(platform: Platform, payout: PayoutId, force: boolean): Promise<boolean>;
  /** What is said when it did nothing. */
  readonly otherwise: string;
  /** True where it does more for who says --force: what a provider may pay is not ended or sent again without. */
  readonly takesForce?: true;
}
const NOT_WAITING = 'No such payout waits.';
const DOUBTFUL =
  'Nothing was done: a provider may pay it, or has. Wait, hold it while it is queued, or look there and say --force.';
const payoutActions: Readonly<Record<string, PayoutAction>> = {
  settle: { run: settlePayout, otherwise: NOT_WAITING, takesForce: true },
  return: { run: returnPayout, otherwise: NOT_WAITING, takesForce: true },
  send: {
    run: sendPayout,
    takesForce: true,
    otherwise:
      'Nothing to send: no such payout waits for you, it has no card or confirmed name, or WITHDRAW_PROVIDER names nobody.',
  },
  hold: { run: holdPayout, otherwise: 'No such payout is queued; what was sent cannot be held.' },
  bounced: {
    run: (platform, payout) => bouncePayout(platform, payout),
    otherwise: 'No such payout is settled.',
  },
};

async function payouts({ platform }: BunHome, [action = '', ...rest]: readonly string[], print: Print) {
  if (action === 'list') {
    const waiting = await waitingPayouts(platform);
    for (const { id, userId, amount, bankName, cardNumber, createdAt, standing } of waiting) {
      const columns = [id, userId, yuan(amount), bankName, cardNumber, chinaDateText(createdAt)];
      print([...columns, ...(standing ? [standing] : [])].join('\t'));
    }
    return print(`${waiting.length} waiting`);
  }
  const found = Object.hasOwn(payoutActions, action) ? payoutActions[action] : undefined;
  if (!found) throw new BadConfig([PAYOUT_USAGE]);
  const payout = numberOf<PayoutId>('payout', rest[0]);
  if (await found.run(platform, payout, rest[1] === '--force')) return print('Done.');
  print(found.takesForce && (await isDoubtful(platform, payout)) ? DOUBTFUL : found.otherwise);
}

const STRAYS_USAGE = 'Say: admin strays list | refunded TRADE_NUMBER';

async function strays({ platform }: BunHome, [action, tradeNo]: readonly string[], print: Print) {
  if (action === 'list') {
    const waiting = await waitingStrays(platform);
    for (const { provider, tradeNo: number, outTradeNo, amount, foundAt } of waiting)
      print([provider, number, outTradeNo, yuan(amount), chinaDateText(foundAt)].join('\t'));
    return print(`${waiting.length} waiting`);
  }
  if (action !== 'refunded' || !tradeNo) throw new BadConfig([STRAYS_USAGE]);
  print((await strayRefunded(platform, tradeNo)) ? 'Done.' : 'No such payment waits.');
}

const USERS_USAGE = 'Say: admin users disable USER | enable USER';

async function users({ platform }: BunHome, [action, user]: readonly string[], print: Print) {
  if (action !== 'disable' && action !== 'enable') throw new BadConfig([USERS_USAGE]);
  const change = action === 'disable' ? disableAccount : enableAccount;
  const changed = await change(platform, numberOf<UserId>('user', user));
  print(changed ? 'Done.' : 'There is no such user, or it is so already.');
}

const REPORTS_USAGE = 'Say: admin reports list | close REPORT';

async function reports({ platform }: BunHome, [action, report]: readonly string[], print: Print) {
  if (action === 'list') {
    const waiting = await waitingReports(platform);
    for (const { id, userId, destType, destId, message, images, createdAt } of waiting) {
      const about = `${destType === 0 ? 'user' : 'group'} ${destId}`;
      print([id, userId, about, onOneLine(message), onOneLine(images), chinaDateText(createdAt)].join('\t'));
    }
    return print(`${waiting.length} waiting`);
  }
  if (action !== 'close') throw new BadConfig([REPORTS_USAGE]);
  const closed = await closeReport(platform, numberOf<ReportId>('report', report));
  print(closed ? 'Done.' : 'No such report waits.');
}

const subjects: Readonly<Record<string, typeof identity>> = { users, reports, identity, payouts, strays };

/** What only an operator may do, at the machine itself: there is no admin password to lose. */
export async function admin([subject = '', ...rest]: readonly string[], print: Print): Promise<void> {
  const run = Object.hasOwn(subjects, subject) ? subjects[subject] : undefined;
  if (!run) throw new BadConfig([USERS_USAGE, REPORTS_USAGE, IDENTITY_USAGE, PAYOUT_USAGE, STRAYS_USAGE]);
  const config = readConfig(process.env);
  const home = await openBunHome(config, config.PUBLIC_URL);
  try {
    await run(home, rest, print);
  } finally {
    await home.close();
  }
}
