import { jwtVerify, SignJWT } from 'jose';
import { BoundedMap } from '../core/bounded.ts';
import type { SessionId, UserId } from '../core/ids.ts';
import type { Caller } from './caller.ts';

/** What a valid signature proves. Whether the session lives is asked of the database. */
export interface Claims extends Caller {
  /** Epoch ms. */
  readonly expiresAt: number;
}

export interface Tokens {
  issue(claims: Claims): Promise<string>;
  /** The claims of a well-signed token that has not expired; a promise only at its first sight. */
  verify(token: string, now: number): Claims | undefined | Promise<Claims | undefined>;
}

/** Signatures remembered; a token is about 250 bytes. */
const CACHE_SIZE = 20_000;
const MAX_TOKEN_LENGTH = 1024;

const whole = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;

/**
 * JWTs (HS256) bound to a session. Only the signature check is cached, under the whole token, and the
 * expiry is looked at on every use.
 */
export function createTokens(secret: Uint8Array): Tokens {
  const cache = new BoundedMap<string, Claims>(CACHE_SIZE);
  const remember = (token: string, claims: Claims) => {
    cache.set(token, claims);
    return claims;
  };
  const check = async (token: string, now: number): Promise<Claims | undefined> => {
    try {
      const { payload } = await jwtVerify(token, secret, {
        algorithms: ['HS256'],
        currentDate: new Date(now),
      });
      const [userId, sessionId, device, exp] = [
        Number(payload.sub),
        payload['sid'],
        payload['dev'],
        payload.exp,
      ].map(whole);
      if (!userId || !sessionId || device === undefined || !exp) return undefined;
      // The numbers were ids when this server signed them.
      return remember(token, {
        userId: userId as UserId,
        sessionId: sessionId as SessionId,
        device,
        expiresAt: exp * 1000,
      });
    } catch {
      return undefined;
    }
  };
  return {
    issue: ({ userId, sessionId, device, expiresAt }) =>
      new SignJWT({ sid: sessionId, dev: device })
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
        .setSubject(String(userId))
        .setExpirationTime(Math.floor(expiresAt / 1000))
        .sign(secret),
    verify(token, now) {
      const known = cache.get(token);
      if (known) return known.expiresAt > now ? known : undefined;
      return token.length > MAX_TOKEN_LENGTH ? undefined : check(token, now);
    },
  };
}
