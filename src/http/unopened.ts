import { BadConfig } from '../config.ts';
import { envelope } from './envelope.ts';
import { transportFailures } from './failure.ts';
import { alive, unready } from './health.ts';
import { json } from './reply.ts';

/**
 * What a Worker answers while it cannot be opened: it lives, it is not ready, and every call fails with a
 * clear envelope and has done nothing. The operator finds the reason in the log.
 */
export function answerUnopened(request: Request, error: unknown): Response {
  const path = new URL(request.url).pathname;
  if (path === '/healthz') return alive();
  if (path === '/readyz') return unready(error);
  console.error(error instanceof Error ? error.message : String(error));
  const [code, info, status] = transportFailures[error instanceof BadConfig ? 'FAULT' : 'DATABASE_AWAY'];
  return json(envelope(code, { info }), '', {}, status);
}
