import { createHmac, timingSafeEqual } from 'node:crypto';
import { refuse } from './failure.ts';
import type { RawParams } from './pairs.ts';

/** What is signed: every parameter but `sign`, sorted by name, `k=v` joined by `&`; may be empty. */
const signedText = (params: RawParams) =>
  [...params]
    .filter(([name]) => name !== 'sign')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');

/**
 * Refuses `BAD_SIGNATURE` unless `sign` is the hex HMAC-SHA256 of the parameters (docs/decisions.md#scan-login).
 * Without a key nothing is looked at.
 */
export function checkSignature(key: string, params: RawParams): void {
  if (!key) return;
  const given = Buffer.from(params.get('sign') ?? '', 'hex');
  const expected = createHmac('sha256', key).update(signedText(params), 'utf8').digest();
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) refuse('BAD_SIGNATURE');
}
