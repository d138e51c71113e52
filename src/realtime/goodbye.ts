import { CLOSE } from './feed.ts';
import { STOPS } from './realtime.ts';
import type { Goodbye } from './sockets.ts';

const GOODBYES: Readonly<Record<string, Goodbye>> = {
  SESSION_ENDED: { code: CLOSE.sessionEnded, reason: 'session ended' },
  TOO_MANY_CALLS: { code: CLOSE.tooMany, reason: 'too many calls' },
  NOT_YOURSELF: { code: CLOSE.badFrame, reason: 'userId is not the caller' },
  STOPPING: { code: CLOSE.goingAway, reason: STOPS },
};

/**
 * How somebody hears over a WebSocket that it is refused (docs/realtime.md#ws-im): a browser sees nothing of an HTTP
 * status. Whatever is no fault of theirs is worth another try.
 * @param reason that of the refusal
 * @param field the parameter at fault
 */
export function goodbyeFor(reason: string, field: string | undefined): Goodbye {
  if (reason === 'INVALID_PARAMETER')
    return { code: CLOSE.badFrame, reason: `bad parameter: ${field ?? ''}` };
  const known = Object.hasOwn(GOODBYES, reason) ? GOODBYES[reason] : undefined;
  return known ?? { code: CLOSE.goingAway, reason: 'try again' };
}
