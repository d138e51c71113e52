import { STAGE } from '../../../db/schema/provider-requests.ts';
import { USER } from '../../../db/schema/users.ts';
import { PAYOUT } from '../../../db/schema/wallet.ts';
import { fen } from '../../core/fen.ts';
import { openOf } from '../../platform/keys/persons.ts';
import type { CardTransfer, PayoutGateway, TransferAnswer } from '../../platform/payments/payout-port.ts';
import { GatewayUnclear } from '../../platform/payments/port.ts';
import type { Platform } from '../../realtime/context.ts';
import { CARD_NUMBER } from '../bank-cards/bind.ts';
import { UNKNOWN_BANK } from '../bank-cards/number.ts';
import { REAL_NAME } from '../profiles/view.ts';
import { answered, type Doubt } from '../provider-requests/answered.ts';
import {
  CLAIM_LIFE_MS,
  LONGEST_WAIT_MS,
  NOT_FOUND_FROM,
  nextAsk,
  nextWatch,
  SEND_WITHIN_MS,
} from '../provider-requests/schedule.ts';
import { complain, conclude, hold, type Sent, unpaid } from './conclude.ts';
import { bouncePayout } from './end.ts';
import { outBizNo, UNCLEAR } from './rows.ts';
import { type DueTransfer, findDue, transfer as steps } from './transfers.ts';

/** What is to be sent, always the same for a payout; or the reason why it is the operator's. */
function transferOf({ keys, config, clock }: Platform, due: DueTransfer): CardTransfer | string {
  const since = due.firstSentAt ?? due.nextAt ?? 0;
  if (Math.abs(clock.now() - since) > SEND_WITHIN_MS) return UNCLEAR.tooOld;
  if (config.WITHDRAW_PROVIDER !== due.provider) return 'SWITCHED_OFF';
  if (due.userStatus !== USER.valid) return 'USER_DISABLED';
  if (!due.sealedName || !due.sealedNumber) return 'NO_CONFIRMED_NAME';
  const open = (purpose: string, sealed: string) => openOf(keys, due.userId, due.sealedKey, purpose, sealed);
  const cardNumber = open(CARD_NUMBER, due.sealedNumber);
  const holder = open(REAL_NAME, due.sealedName);
  if (cardNumber === undefined || holder === undefined) return 'DATA_KEY_DIFFERS';
  const bank = due.bankName === UNKNOWN_BANK ? '' : (due.bankName ?? '');
  return { outBizNo: outBizNo(due.payout), amount: fen(due.amount), cardNumber, holder, bank };
}

/** Sends a transfer: claimed first, and once a claim. */
async function send(platform: Platform, gateway: PayoutGateway, due: DueTransfer): Promise<void> {
  const { db, ids, clock } = platform;
  const transfer = transferOf(platform, due);
  if (typeof transfer === 'string') return hold(platform, due, transfer);
  const claim = ids.mark();
  const now = clock.now();
  const { payout, claimedBy: seen, asks, stage } = due;
  const next = nextAsk(0, now);
  const claimed = await db.write(steps.claim({ payout, seen, asks, stage, mark_claim: claim, now, next }));
  if (claimed === 0 || clock.now() - now > CLAIM_LIFE_MS) return;
  const answer = await answered(() => gateway.transfer(transfer));
  await conclude(platform, { ...due, stage: STAGE.sent, claimedBy: claim, asks: 0, claim }, answer);
}

/** The provider still does not know the number: what was sent has never arrived, or was refused for good. */
async function notFound(platform: Platform, gateway: PayoutGateway, sent: Sent): Promise<void> {
  const { takenIn, fault, reason } = sent;
  if (takenIn === 1) return hold(platform, sent, UNCLEAR.forgotten, true);
  if (fault !== null) return unpaid(platform, sent, { code: reason, fault }, false);
  return send(platform, gateway, sent);
}

/** Takes the question that is due, and asks it. @returns the answer; undefined where another run has taken it */
async function question(
  { db }: Platform,
  gateway: PayoutGateway,
  { payout, claimedBy: seen, asks, amount }: DueTransfer,
  next: number | null,
): Promise<TransferAnswer | Doubt | undefined> {
  const taken = await db.write(steps.takeQuestion({ payout, seen, asks, next }));
  return taken === 0 ? undefined : answered(() => gateway.query(outBizNo(payout), fen(amount)));
}

/** Asks what became of a transfer that was sent; only a definite answer ends it. */
async function ask(platform: Platform, gateway: PayoutGateway, due: DueTransfer): Promise<void> {
  if (due.claimedBy === null) return;
  const asks = due.asks + 1;
  const answer = await question(platform, gateway, due, nextAsk(asks, platform.clock.now()));
  if (!answer) return;
  const sent = { ...due, asks, claim: due.claimedBy };
  if (answer.state === 'unknown' && asks >= NOT_FOUND_FROM) return notFound(platform, gateway, sent);
  return conclude(platform, sent, answer);
}

/**
 * Asks about a payout that has ended once more: the bank may have sent the money back, and what was returned must
 * not be paid.
 */
async function watch(platform: Platform, gateway: PayoutGateway, due: DueTransfer): Promise<void> {
  const next = nextWatch(due.asks + 1, platform.clock.now());
  const answer = await question(platform, gateway, due, next);
  if (!answer) return;
  if (due.state === PAYOUT.returned) {
    if (answer.state === 'paid' || answer.state === 'pending') complain(platform, due, 'PAID_AFTER_RETURN');
    return;
  }
  if (answer.state === 'paid') return;
  if (answer.state === 'bounced') await bouncePayout(platform, due.payout, answer.code);
  else complain(platform, due, 'code' in answer ? answer.code : `PAID_NOW_${answer.state.toUpperCase()}`);
}

const noGateway = (provider: PayoutGateway['provider']): PayoutGateway => {
  const refuse = () => Promise.reject(new GatewayUnclear('NO_ACCOUNT'));
  return { provider, transfer: refuse, query: refuse };
};

async function look(platform: Platform, due: DueTransfer): Promise<void> {
  const gateway = await platform.payouts(due.provider);
  const step = due.stage === STAGE.queued ? send : due.stage === STAGE.sent ? ask : watch;
  await step(platform, gateway ?? noGateway(due.provider), due);
}

/**
 * Pays the withdrawals that a provider has been given. Sends each under its one number and asks after every doubt
 * until the answer is definite. Then settles it, returns it or holds it for the operator, and watches what has
 * ended for two weeks, because banks send money back. May run twice, and beside an operator: every step is claimed.
 * @returns how many were looked at
 */
export async function sendPayouts(platform: Platform): Promise<number> {
  const now = platform.clock.now();
  const due = await platform.db.read(findDue({ now, tooFar: now + LONGEST_WAIT_MS }));
  for (const transfer of due) await look(platform, transfer);
  return due.length;
}
