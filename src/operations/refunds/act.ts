import { yuan } from '../../core/fen.ts';
import type { RefundId } from '../../core/ids.ts';
import { findRefund, refundState } from '../../features/refunds/list.ts';
import type { Platform } from '../../realtime/context.ts';
import type { Act } from '../operation.ts';

const NOT_HELD =
  'Nothing was done: the provider has it, and is asked about it. Wait, or look there and say --force.';

async function whyNot(home: Platform, refund: RefundId): Promise<string> {
  const found = await findRefund(home, refund);
  if (!found) return `There is no refund ${refund}.`;
  const state = refundState(found);
  return state === 'under way' ? NOT_HELD : `Refund ${refund} is ${state} already.`;
}

/**
 * An act on a refund, for its audit and its answer.
 * @param mark the statement that changes a row if it happens
 * @param becomes what it is then
 */
export async function refundAct(
  home: Platform,
  refund: RefundId,
  batch: Act['batch'],
  mark: string,
  becomes: string,
): Promise<Act> {
  const found = await findRefund(home, refund);
  const facts = found
    ? {
        payment: found.tradeNo,
        ...(found.userId === null ? {} : { user: found.userId }),
        yuan: yuan(found.amount),
      }
    : {};
  return {
    on: refund,
    batch,
    marks: [mark],
    before: { ...facts, refund: found ? refundState(found) : 'under way' },
    after: { ...facts, refund: becomes },
    whyNot: () => whyNot(home, refund),
  };
}
