import { createHash, timingSafeEqual } from 'node:crypto';
import { messageOf } from '../../core/message-of.ts';
import { Refusal } from '../../http/failure.ts';
import { EXPOSITION_TYPE, exposition, type Family, single } from '../../platform/metrics/exposition.ts';
import type { Side } from '../operators/door.ts';
import type { OperatorCall } from '../operators/operator-call.ts';
import { readStanding } from './standing.ts';

export const METRICS_PATH = '/metrics';

const hash = (text: string) => createHash('sha256').update(text).digest();

/** Of the digests, so that neither the length nor the beginning of the token can be timed. */
const isSame = (given: string, token: string) => timingSafeEqual(hash(given), hash(token));

const UP = 'Whether the database answered this time; without it most figures are missing.';

async function fromDatabase(call: OperatorCall): Promise<readonly Family[]> {
  try {
    return [...(await readStanding(call)), single('teahouse_database_up', 'gauge', UP, 1)];
  } catch (error) {
    call.log.error('metrics without the database', { error: messageOf(error) });
    return [single('teahouse_database_up', 'gauge', UP, 0)];
  }
}

/**
 * Answers a request for `/metrics`. Refuses NO_SUCH_PATH where it is not there: without METRICS_TOKEN, or elsewhere
 * than METRICS_AT says. A wrong token is told so (401), because whoever sets Prometheus up has to find it.
 */
export async function metricsPage(call: OperatorCall, side: Side): Promise<Response> {
  const { METRICS_TOKEN: token, METRICS_AT } = call.config;
  if (token === '' || (METRICS_AT === 'operators' && side !== 'alone')) throw new Refusal('NO_SUCH_PATH');
  if (call.request.method !== 'GET') {
    call.setHeader('allow', 'GET');
    throw new Refusal('METHOD_NOT_ALLOWED');
  }
  const given = /^Bearer\s+(\S+)$/i.exec(call.header('authorization') ?? '')?.[1];
  if (given === undefined || !isSame(given, token)) {
    const headers = { 'www-authenticate': 'Bearer', 'cache-control': 'no-store' };
    return new Response('a token is wanted\n', { status: 401, headers });
  }
  const standing = await fromDatabase(call);
  const families = [...call.metrics.families(), ...standing];
  return new Response(exposition(families), {
    headers: { 'content-type': EXPOSITION_TYPE, 'cache-control': 'no-store', 'x-request-id': call.requestId },
  });
}
