import { STAGE } from '../../../db/schema/provider-requests.ts';
import { fen } from '../../core/fen.ts';
import { GatewayUnclear } from '../../platform/payments/port.ts';
import type { RefundAnswer, RefundGateway, RefundRequest } from '../../platform/payments/refund-port.ts';
import type { Platform } from '../../realtime/context.ts';
import { answered, type Doubt } from '../provider-requests/answered.ts';
import {
  CLAIM_LIFE_MS,
  LONGEST_WAIT_MS,
  NOT_FOUND_FROM,
  nextAsk,
  nextWatch,
  SEND_WITHIN_MS,
} from '../provider-requests/schedule.ts';
import { complain, conclude, hold, type Sent, undone } from './conclude.ts';
import { type DueRefund, findDue, steps } from './requests.ts';
import { refundNo } from './rows.ts';

/** What the payer reads. Never anything that could change between two requests of one number. */
const REASON = '退款';
/** Why an operator has what may be refunded all the same. */
const UNCLEAR = { tooOld: 'TOO_OLD', forgotten: 'FORGOTTEN' } as const;

const requestOf = ({ refund, tradeNo, outTradeNo, amount, total }: DueRefund): RefundRequest => ({
  refundNo: refundNo(refund),
  tradeNo,
  outTradeNo,
  amount: fen(amount),
  total: fen(total),
  reason: REASON,
});

/** Sends a refund: claimed first, and once a claim. */
async function send(platform: Platform, gateway: RefundGateway, due: DueRefund): Promise<void> {
  const { db, ids, clock } = platform;
  const now = clock.now();
  if (Math.abs(now - (due.firstSentAt ?? due.nextAt ?? 0)) > SEND_WITHIN_MS)
    return hold(platform, due, UNCLEAR.tooOld);
  const claim = ids.mark();
  const { refund, claimedBy: seen, asks, stage } = due;
  const next = nextAsk(0, now);
  const claimed = await db.write(steps.claim({ refund, seen, asks, stage, mark_claim: claim, now, next }));
  if (claimed === 0 || clock.now() - now > CLAIM_LIFE_MS) return;
  const answer = await answered(() => gateway.refund(requestOf(due)));
  await conclude(platform, { ...due, stage: STAGE.sent, claimedBy: claim, asks: 0, claim }, answer);
}

/**
 * The provider still does not know the number. What was sent has never arrived: it is sent again. What was refused
 * gives the money back; where nobody has signed that nothing went back, an operator looks first.
 */
async function notFound(
  platform: Platform,
  gateway: RefundGateway,
  sent: Sent,
  isSigned: boolean,
): Promise<void> {
  const { takenIn, fault, reason } = sent;
  if (takenIn === 1) return hold(platform, sent, UNCLEAR.forgotten, true);
  if (fault === null) return send(platform, gateway, sent);
  return isSigned ? undone(platform, sent, reason, false) : hold(platform, sent, reason);
}

/** Takes the question that is due, and asks it. @returns the answer; undefined where another run has taken it */
async function question(
  { db }: Platform,
  gateway: RefundGateway,
  due: DueRefund,
  next: number | null,
): Promise<RefundAnswer | Doubt | undefined> {
  const { refund, claimedBy: seen, asks } = due;
  const taken = await db.write(steps.takeQuestion({ refund, seen, asks, next }));
  return taken === 0 ? undefined : answered(() => gateway.queryRefund(requestOf(due)));
}

/** Asks what became of a refund that was sent; only a definite answer ends it. */
async function ask(platform: Platform, gateway: RefundGateway, due: DueRefund): Promise<void> {
  if (due.claimedBy === null) return;
  const asks = due.asks + 1;
  const answer = await question(platform, gateway, due, nextAsk(asks, platform.clock.now()));
  if (!answer) return;
  const sent = { ...due, asks, claim: due.claimedBy };
  if (answer.state === 'unknown' && asks >= NOT_FOUND_FROM)
    return notFound(platform, gateway, sent, answer.isSigned);
  return conclude(platform, sent, answer);
}

/** Asks about a refund of which nothing went back once more: what is in the wallet again must not go back as well. */
async function watch(platform: Platform, gateway: RefundGateway, due: DueRefund): Promise<void> {
  const answer = await question(platform, gateway, due, nextWatch(due.asks + 1, platform.clock.now()));
  if (answer?.state === 'done' || answer?.state === 'under way') complain(platform, due, 'DONE_AFTER_RETURN');
}

const refuse = () => Promise.reject(new GatewayUnclear('NO_ACCOUNT'));
const NO_GATEWAY: RefundGateway = { refund: refuse, queryRefund: refuse };

async function look(platform: Platform, due: DueRefund): Promise<void> {
  const gateway = await platform.payments(due.provider);
  const step = due.stage === STAGE.queued ? send : due.stage === STAGE.sent ? ask : watch;
  await step(platform, gateway ?? NO_GATEWAY, due);
}

/**
 * Gives payments back at their providers. Sends each refund under its one number and asks after every doubt until the
 * answer is definite; then it is done, or what was taken is in the wallet again. May run twice, and beside an operator
 * and notices: every step is claimed. @returns how many were looked at
 */
export async function sendRefunds(platform: Platform): Promise<number> {
  const now = platform.clock.now();
  const due = await platform.db.read(findDue({ now, tooFar: now + LONGEST_WAIT_MS }));
  for (const refund of due) await look(platform, refund);
  return due.length;
}
