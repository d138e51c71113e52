import { createHmac } from 'node:crypto';
import { Secret, TOTP } from 'otpauth/bare';
import type { OperatorId } from '../../core/ids.ts';
import type { Random } from '../../core/random.ts';
import { seal, unsealIfOurs } from '../../core/sealing.ts';
import { plainCode } from '../../core/text/code.ts';
import type { Keys } from '../../platform/keys/keys.ts';

/** RFC 6238 as every authenticator knows it: SHA-1, six digits, 30 seconds; RFC 4226 wants 160 bits of secret. */
const SECRET_BYTES = 20;
const PERIOD_SECONDS = 30;
/** Steps by which a telephone's clock may be wrong. */
const WINDOW = 1;

/** Each of the digests that the library may name has Node's name but for its hyphen. */
const hmac = (algorithm: string, key: Uint8Array, message: Uint8Array): Uint8Array =>
  createHmac(algorithm.replace('-', ''), key).update(message).digest();

/** What an authenticator is told. */
export interface TotpSecret {
  /** Base32, for those who type it. */
  readonly secret: string;
  /** `otpauth://totp/…`, for a code to scan. */
  readonly uri: string;
}

const totpOf = (secret: Secret, issuer: string, label: string) =>
  new TOTP({ issuer, label, secret, period: PERIOD_SECONDS, hmac });

/** @param issuer the server, as an authenticator lists it */
export function drawTotp(random: Random, issuer: string, operator: string): TotpSecret {
  const secret = new Secret({ buffer: random.bytes(SECRET_BYTES).buffer });
  return { secret: secret.base32, uri: totpOf(secret, issuer, operator).toString() };
}

/**
 * The step whose code this is, of those that are taken at `now` (epoch ms): the present one and one to each side.
 * @returns undefined where it is none
 */
export function totpStep(secret: string, code: string, now: number): number | undefined {
  const token = plainCode(code);
  if (!/^\d{6}$/.test(token)) return undefined;
  const totp = totpOf(Secret.fromBase32(secret), '', 'operator');
  const delta = totp.validate({ token, timestamp: now, window: WINDOW });
  return delta === null ? undefined : Math.floor(now / 1000 / PERIOD_SECONDS) + delta;
}

/** Of one operator alone: a row with another's cannot be made of it. */
export const purposeOfTotp = (operator: OperatorId) => `operators.sealed_totp ${operator}`;

export const sealTotp = (keys: Keys, operator: OperatorId, secret: string, random: Random): string =>
  seal(keys.data[0], purposeOfTotp(operator), secret, random);

/** The secret in base32; undefined where DATA_KEY is another one. */
export const unsealTotp = (keys: Keys, operator: OperatorId, sealed: string): string | undefined =>
  unsealIfOurs(keys.data, purposeOfTotp(operator), sealed);
