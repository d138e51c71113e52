import { STEP, type StepKind } from '../../../db/schema/steps.ts';
import { chinaDateText } from '../../core/china-time.ts';
import type { FailureText } from '../../http/failure.ts';

/** What apps and operators call the kinds of steps. */
export const STEP_WORDS: Readonly<Record<StepKind, string>> = {
  [STEP.warning]: 'warning',
  [STEP.messages]: 'mute-messages',
  [STEP.moments]: 'mute-moments',
  [STEP.comments]: 'mute-comments',
  [STEP.search]: 'no-search',
  [STEP.wallet]: 'wallet-frozen',
  [STEP.account]: 'banned',
};

/** What somebody is answered who may look for nobody. */
export const NO_SEARCH = [-1, '您已被限制查找他人'] as const satisfies FailureText;

/** A step as it is told: its end and its reason, each where it has one. */
export interface Told {
  /** Epoch ms; null: until an operator lifts it. */
  readonly until: number | null;
  readonly reason: string;
}

/** What the person reads of an end and a reason. */
export function stepHint({ until, reason }: Told): string {
  const end = until === null ? '解除前一直有效' : `有效期至 ${chinaDateText(until)}`;
  return reason === '' ? end : `${end}，原因：${reason}`;
}
