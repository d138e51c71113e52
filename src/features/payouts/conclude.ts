import { PAYOUT } from '../../../db/schema/wallet.ts';
import type { ChangeId } from '../../core/ids.ts';
import type { Fault, TransferAnswer } from '../../platform/payments/payout-port.ts';
import type { Platform } from '../../realtime/context.ts';
import type { Doubt } from '../provider-requests/answered.ts';
import { returnTransfer, settleTransfer } from './end.ts';
import { type DueTransfer, stateOf, transfer } from './transfers.ts';

/** A request that left, or may have. */
export type Sent = DueTransfer & { readonly claim: ChangeId };

/** Something that an operator should see. */
export const complain = ({ log }: Platform, { payout, provider }: DueTransfer, why: string) =>
  log.error('payout provider', { provider, payout, why });

/**
 * It is the operator's from now on, unless somebody has claimed or asked since.
 * @param evenIfKnown also where the provider has known the number by then
 */
export async function hold(
  platform: Platform,
  due: DueTransfer,
  reason: string,
  evenIfKnown = false,
): Promise<void> {
  complain(platform, due, reason);
  const { payout, claimedBy: seen, asks, stage } = due;
  const values = { payout, seen, asks, stage, reason, evenIfKnown: Number(evenIfKnown) };
  await platform.db.write(transfer.hold(values));
}

/**
 * Nothing was paid, for certain: the user's money comes back, or the operator sees to what is theirs.
 * @param isOver whether the provider has the number, and says so
 */
export async function unpaid(
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
  if (await settleTransfer(platform, sent.payout, transferNo)) return;
  const [payout] = await platform.db.read(stateOf({ payout: sent.payout }));
  // Somebody forced it to an end meanwhile; else another run has settled it.
  if (payout?.state === PAYOUT.returned) complain(platform, sent, 'PAID_AFTER_RETURN');
}

/** Does what an answer says, to a request or to a question about one. */
export async function conclude(
  platform: Platform,
  sent: Sent,
  answer: TransferAnswer | Doubt,
): Promise<void> {
  const { payout, claim: mark_claim } = sent;
  switch (answer.state) {
    case 'paid':
      return paid(platform, sent, answer.transferNo);
    case 'failed':
      return unpaid(platform, sent, answer, true);
    case 'bounced':
      return unpaid(platform, sent, { code: answer.code, fault: 'payee' }, true);
    case 'refused':
      // The network may have doubled it, and an earlier one may have been taken in: the questions decide.
      await platform.db.write(
        transfer.noteRefusal({ payout, mark_claim, reason: answer.code, fault: answer.fault }),
      );
      return;
    case 'doubt':
      complain(platform, sent, answer.code);
      await platform.db.write(transfer.noteDoubt({ payout, mark_claim, reason: answer.code }));
      return;
    case 'pending':
      await platform.db.write(transfer.notePending({ payout, mark_claim }));
      return;
    case 'unknown':
      await platform.db.write(transfer.noteDoubt({ payout, mark_claim, reason: 'NOT_FOUND_YET' }));
  }
}
