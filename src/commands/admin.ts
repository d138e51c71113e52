import { chinaDateText } from '../china-time.ts';
import { BadConfig, readConfig } from '../config.ts';
import { disableUser, enableUser } from '../features/accounts/disable.ts';
import { decideIdentity, waitingIdentities } from '../features/identity/review.ts';
import type { PayoutId, UserId } from '../ids.ts';
import { yuan } from '../money/fen.ts';
import { strayRefunded, waitingStrays } from '../money/payment-orders/strays.ts';
import { returnPayout, settlePayout, waitingPayouts } from '../money/wallet/payouts.ts';
import { type BunHome, openBunHome } from '../platform/home.bun.ts';

type Print = (text: string) => void;

const IDENTITY_USAGE = 'Say: admin identity list | approve USER | reject USER';

function userArgument(text: string | undefined): UserId {
  if (!text || !/^[1-9]\d{0,15}$/.test(text)) throw new BadConfig(['Give the user’s number.']);
  return Number(text) as UserId; // an operator's word; the statement looks it up
}

async function identity(home: BunHome, [action, user]: readonly string[], print: Print) {
  const { db, keys, clock } = home.platform;
  if (action === 'list') {
    const waiting = await waitingIdentities(db, keys.data);
    for (const { userId, name, idNo, submittedAt } of waiting)
      print(`${userId}\t${name}\t${idNo}\t${chinaDateText(submittedAt)}`);
    return print(`${waiting.length} waiting`);
  }
  if (action !== 'approve' && action !== 'reject') throw new BadConfig([IDENTITY_USAGE]);
  const decided = await decideIdentity(db, userArgument(user), action === 'approve', clock.now());
  print(decided ? 'Done.' : 'No request of that user waits.');
}

const PAYOUT_USAGE = 'Say: admin payouts list | settle PAYOUT | return PAYOUT';

function payoutArgument(text: string | undefined): PayoutId {
  if (!text || !/^[1-9]\d{0,15}$/.test(text)) throw new BadConfig(['Give the payout’s number.']);
  return Number(text) as PayoutId; // an operator's word; the statement looks it up
}

async function payouts({ platform }: BunHome, [action, payout]: readonly string[], print: Print) {
  if (action === 'list') {
    const waiting = await waitingPayouts(platform);
    for (const { id, userId, amount, bankName, cardNumber, createdAt } of waiting)
      print([id, userId, yuan(amount), bankName, cardNumber, chinaDateText(createdAt)].join('\t'));
    return print(`${waiting.length} waiting`);
  }
  if (action !== 'settle' && action !== 'return') throw new BadConfig([PAYOUT_USAGE]);
  const endPayout = action === 'settle' ? settlePayout : returnPayout;
  const ended = await endPayout(platform, payoutArgument(payout));
  print(ended ? 'Done.' : 'No such payout waits.');
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

const USERS_USAGE = 'Say: admin users disable | enable USER';

async function users({ platform }: BunHome, [action, user]: readonly string[], print: Print) {
  if (action !== 'disable' && action !== 'enable') throw new BadConfig([USERS_USAGE]);
  const change = action === 'disable' ? disableUser : enableUser;
  const changed = await change(platform, userArgument(user));
  print(changed ? 'Done.' : `No such user is ${action === 'disable' ? 'enabled' : 'disabled'}.`);
}

const subjects: Readonly<Record<string, typeof identity>> = { identity, payouts, strays, users };

/** What only an operator may do, at the machine itself: there is no admin password to lose. */
export async function admin([subject = '', ...rest]: readonly string[], print: Print): Promise<void> {
  const run = Object.hasOwn(subjects, subject) ? subjects[subject] : undefined;
  if (!run) throw new BadConfig([IDENTITY_USAGE, PAYOUT_USAGE, STRAYS_USAGE, USERS_USAGE]);
  const config = readConfig(process.env);
  const home = await openBunHome(config, config.PUBLIC_URL);
  try {
    await run(home, rest, print);
  } finally {
    await home.close();
  }
}
