import type { Platform } from '../../context.ts';
import { CARD_NUMBER } from '../../features/bank-cards/bind.ts';
import { UNKNOWN_BANK } from '../../features/bank-cards/number.ts';
import { REAL_NAME } from '../../features/profiles/view.ts';
import type { ChangeId } from '../../ids.ts';
import type {
  CardTransfer,
  Fault,
  PayoutGateway,
  TransferAnswer,
} from '../../platform/payments/payout-port.ts';
import { GatewayUnclear } from '../../platform/payments/port.ts';
import { unseal } from '../../sealing.ts';
import { fen } from '../fen.ts';
import { bouncePayout, returnTransfer, settleTransfer } from './end.ts';
import { outBizNo, STAGE, STATE, UNCLEAR } from './rows.ts';
import {
  CLAIM_LIFE_MS,
  LONGEST_WAIT_MS,
  NOT_FOUND_FROM,
  nextAsk,
  nextWatch,
  SEND_WITHIN_MS,
} from './schedule.ts';
import {
  claim as claimRequest,
  type DueTransfer,
  findDue,
  holdTransfer,
  noteDoubt,
  notePending,
  noteRefusal,
  stateOf,
  takeQuestion,
} from './transfers.ts';

/** No answer, or none that can be believed; `code` is fit to be stored and shown. */
type Doubt = { readonly state: 'doubt'; readonly code: string };
/** A request that left, or may have. */
type Sent = DueTransfer & { readonly claim: ChangeId };

/** What the gateway says. Whatever goes wrong on the way leaves a doubt, and no text of it is kept but our own. */
async function answered(call: () => Promise<TransferAnswer>): Promise<TransferAnswer | Doubt> {
  try {
    return await call();
  } catch (error) {
    const code = error instanceof GatewayUnclear ? error.message.slice(0, 100) : 'UNREADABLE_ANSWER';
    return { state: 'doubt', code };
  }
}

/** What is to be sent, always the same for a payout; or the reason why it is the operator's. */
function transferOf({ keys, config, clock }: Platform, due: DueTransfer): CardTransfer | string {
  const since = due.firstSentAt ?? due.nextAt ?? 0;
  if (Math.abs(clock.now() - since) > SEND_WITHIN_MS) return UNCLEAR.tooOld;
  if (config.WITHDRAW_PROVIDER !== due.provider) return 'SWITCHED_OFF';
  if (due.userStatus !== 1) return 'USER_DISABLED';
  if (!due.sealedName || !due.sealedNumber) return 'NO_CONFIRMED_NAME';
  try {
    return {
      outBizNo: outBizNo(due.payout),
      amount: fen(due.amount),
      cardNumber: unseal(keys.data, CARD_NUMBER, due.sealedNumber),
      holder: unseal(keys.data, REAL_NAME, due.sealedName),
      bank: due.bankName === UNKNOWN_BANK ? '' : (due.bankName ?? ''),
    };
  } catch {
    return 'DATA_KEY_DIFFERS';
  }
}

const complain = ({ log }: Platform, { payout, provider }: DueTransfer, why: string) =>
  log.error('payout provider', { provider, payout, why });

/** It is the operator's from now on, unless somebody has claimed or asked since. @param isOver as in `unpaid` */
async function hold(platform: Platform, due: DueTransfer, reason: string, isOver = false): Promise<void> {
  complain(platform, due, reason);
  const { payout, claimedBy: seen, asks, stage } = due;
  await platform.db.write(holdTransfer({ payout, seen, asks, stage, reason, isOver: Number(isOver) }));
}

/**
 * Nothing was paid, for certain: the user's money comes back, or the operator sees to his own affairs.
 * @param isOver whether the provider has the number, and says so
 */
async function unpaid(
  platform: Platform,
  sent: Sent,
  { code: reason, fault }: { readonly code: string; readonly fault: Fault },
  isOver: boolean,
): Promise<void> {
  if (fault === 'payer') return hold(platform, sent, reason, isOver);
  const { payout, claim, asks } = sent;
  await returnTransfer(platform, payout, { claim, asks, reason, isOver });
}

async function paid(platform: Platform, sent: Sent, transferNo: string): Promise<void> {
  const nextAt = nextWatch(0, platform.clock.now());
  if (await settleTransfer(platform, sent.payout, { transferNo, nextAt })) return;
  const [[payout]] = await platform.db.read(stateOf({ payout: sent.payout }));
  // Somebody forced it to an end meanwhile; else another run has settled it.
  if (payout?.state === STATE.returned) complain(platform, sent, 'PAID_AFTER_RETURN');
}

/** Does what an answer says, to a request or to a question about one. */
async function conclude(platform: Platform, sent: Sent, answer: TransferAnswer | Doubt): Promise<void> {
  const { payout, claim } = sent;
  switch (answer.state) {
    case 'paid':
      return paid(platform, sent, answer.transferNo);
    case 'failed':
      return unpaid(platform, sent, answer, true);
    case 'bounced':
      return unpaid(platform, sent, { code: answer.code, fault: 'payee' }, true);
    case 'refused':
      // The network may have doubled it, and an earlier one may have been taken in: the questions decide.
      await platform.db.write(noteRefusal({ payout, claim, reason: answer.code, fault: answer.fault }));
      return;
    case 'doubt':
      complain(platform, sent, answer.code);
      await platform.db.write(noteDoubt({ payout, claim, reason: answer.code }));
      return;
    case 'pending':
      await platform.db.write(notePending({ payout, claim }));
      return;
    case 'unknown':
      await platform.db.write(noteDoubt({ payout, claim, reason: 'NOT_FOUND_YET' }));
  }
}

/** Sends a transfer: claimed first, and once a claim. */
async function send(platform: Platform, gateway: PayoutGateway, due: DueTransfer): Promise<void> {
  const { db, ids, clock } = platform;
  const transfer = transferOf(platform, due);
  if (typeof transfer === 'string') return hold(platform, due, transfer);
  const claim = ids.next<ChangeId>();
  const now = clock.now();
  const { payout, claimedBy: seen, asks, stage } = due;
  const next = nextAsk(0, now);
  const [claimed] = await db.write(claimRequest({ payout, seen, asks, stage, claim, now, next }));
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
  const [taken] = await db.write(takeQuestion({ payout, seen, asks, next }));
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

/** Asks about a paid transfer once more: the bank may have sent the money back. */
async function watch(platform: Platform, gateway: PayoutGateway, due: DueTransfer): Promise<void> {
  const next = nextWatch(due.asks + 1, platform.clock.now());
  const answer = await question(platform, gateway, due, next);
  if (!answer || answer.state === 'paid') return;
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
 * Pays the withdrawals that a provider has been given: sends each under its one number, asks after every doubt
 * until the answer is definite, then settles it, returns it or holds it for the operator; and watches paid ones
 * for two weeks, because banks send money back. May run twice, and beside an operator: every step is claimed.
 * @returns how many were looked at
 */
export async function sendPayouts(platform: Platform): Promise<number> {
  const now = platform.clock.now();
  const [due] = await platform.db.read(findDue({ now, tooFar: now + LONGEST_WAIT_MS }));
  for (const transfer of due) await look(platform, transfer);
  return due.length;
}
