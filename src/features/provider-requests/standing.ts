import { STAGE } from '../../../db/schema/provider-requests.ts';
import { chinaDateText } from '../../core/china-time.ts';

/** What is known of a request, where one was made. */
export interface Progress {
  readonly provider: string | null;
  readonly stage: number | null;
  readonly attempts: number | null;
  readonly sentAt: number | null;
  readonly nextAt: number | null;
  readonly reason: string | null;
}

/** How it fares at its provider, in words for an operator; empty where it is the operator's alone. */
export function standingOf({ provider, stage, attempts, sentAt, nextAt, reason }: Progress): string {
  const at = (time: number | null) => (time === null ? '' : chinaDateText(time));
  const why = reason ? ` (${reason})` : '';
  if (provider === null) return '';
  if (stage === STAGE.queued) return `${provider}: queued`;
  if (stage === STAGE.held) return `${provider}: held${why}`;
  const times = attempts !== null && attempts > 1 ? ` (${attempts} times)` : '';
  return `${provider}: sent ${at(sentAt)}${times}, asked again ${at(nextAt)}${why}`;
}
