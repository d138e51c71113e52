import type { Platform } from '../realtime/context.ts';
import { optional, time } from './params.ts';
import { Refused } from './refused.ts';
import { timeText } from './shown.ts';

/** The end of something that may have none. */
export const until = optional(time('end of it'));

/** Refuses an end that has passed already. */
export function mustLieAhead({ clock }: Pick<Platform, 'clock'>, end: number | undefined): void {
  if (end !== undefined && end <= clock.now())
    throw new Refused('INVALID_PARAMETER', 'The end of it must lie in the future.', 'until');
}

/** An end as an answer has it: empty where there is none. */
export const endText = (end: number | undefined): string => (end === undefined ? '' : timeText(end));
