import { BadConfig } from '../core/bad-config.ts';
import type { Log } from '../core/log.ts';
import { messageOf } from '../core/message-of.ts';
import { envelope } from './envelope.ts';
import { transportFailures } from './failure.ts';
import { alive, unready } from './health.ts';
import { pathOf } from './path.ts';
import { json } from './reply.ts';

/** An operator needs to read it once, and anybody may ask. */
const ONE_LINE_MS = 60_000;

/** What a Worker answers while it cannot be opened. */
export type AnswerUnopened = (request: Request, error: unknown) => Response;

/**
 * Answers in the place of a Worker that cannot be opened: it lives, it is not ready, and every call fails with a
 * clear envelope and has done nothing. The operator finds the reason in the log, once a minute at the most.
 */
export function unopened(log: Log, clock: { now(): number }): AnswerUnopened {
  let next = Number.NEGATIVE_INFINITY;
  const tell = (error: unknown) => {
    if (clock.now() < next) return;
    next = clock.now() + ONE_LINE_MS;
    const why = messageOf(error);
    log.error(error instanceof BadConfig ? 'misconfigured' : 'not opened', { why });
  };
  return (request, error) => {
    const path = pathOf(request.url);
    if (path === '/healthz') return alive();
    tell(error);
    if (path === '/readyz') return unready(error);
    const [code, info, status] = transportFailures[error instanceof BadConfig ? 'FAULT' : 'DATABASE_AWAY'];
    return json(envelope(code, { info }), '', {}, status);
  };
}
