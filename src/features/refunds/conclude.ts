import { REFUND } from '../../../db/schema/refunds.ts';
import type { ChangeId } from '../../core/ids.ts';
import type { RefundAnswer } from '../../platform/payments/refund-port.ts';
import type { Platform } from '../../realtime/context.ts';
import type { Doubt } from '../provider-requests/answered.ts';
import { refundDone, refundUndone } from './end.ts';
import { type DueRefund, findRequest, steps } from './requests.ts';

/** What a job or a notice has of a platform. */
export type Home = Pick<Platform, 'db' | 'clock' | 'ids' | 'random' | 'log'>;
/** A request that left, or may have. */
export type Sent = DueRefund & { readonly claim: ChangeId };

/** Something that an operator should see. */
export const complain = ({ log }: Home, { refund, provider }: DueRefund, why: string) =>
  log.error('refund provider', { provider, refund, why });

/**
 * It is the operator's from now on, unless somebody has claimed or asked since.
 * @param evenIfKnown also where the provider has known the number by then
 */
export async function hold(home: Home, due: DueRefund, reason: string, evenIfKnown = false): Promise<void> {
  complain(home, due, reason);
  const { refund, claimedBy: seen, asks, stage } = due;
  await home.db.write(steps.hold({ refund, seen, asks, stage, reason, evenIfKnown: Number(evenIfKnown) }));
}

/** The provider has given it back. Where an end before said otherwise, the money is gone twice: the log says so. */
export async function done(home: Home, due: DueRefund, refundId: string): Promise<void> {
  if (await refundDone(home, due.refund, refundId)) return;
  const [now] = await home.db.read(findRequest({ refund: due.refund }));
  if (now?.state === REFUND.returned) complain(home, due, 'DONE_AFTER_RETURN');
}

/** Nothing went back, for certain. @param isOver whether the provider has the number, and says so */
export async function undone(home: Home, sent: Sent, reason: string, isOver: boolean): Promise<void> {
  const { refund, claim, asks } = sent;
  if (await refundUndone(home, refund, { claim, asks, reason, isOver })) complain(home, sent, reason);
}

/** Does what an answer says, to a request or to a question about one. */
export async function conclude(home: Home, sent: Sent, answer: RefundAnswer | Doubt): Promise<void> {
  const { refund, claim: mark_claim } = sent;
  switch (answer.state) {
    case 'done':
      return done(home, sent, answer.refundId);
    case 'closed':
      return undone(home, sent, answer.code, true);
    case 'stuck':
      return hold(home, sent, answer.code, true);
    case 'refused':
      // The network may have doubled it, and an earlier one may have been taken in: the questions decide.
      await home.db.write(steps.noteRefusal({ refund, mark_claim, reason: answer.code, fault: 'refused' }));
      return;
    case 'doubt':
      complain(home, sent, answer.code);
      await home.db.write(steps.noteDoubt({ refund, mark_claim, reason: answer.code }));
      return;
    case 'under way':
      await home.db.write(steps.notePending({ refund, mark_claim }));
      return;
    case 'unknown':
      await home.db.write(steps.noteDoubt({ refund, mark_claim, reason: 'NOT_FOUND_YET' }));
  }
}
