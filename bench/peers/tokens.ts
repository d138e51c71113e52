import { jwtVerify } from 'jose';

/** Who calls, by the token's word. */
export interface Caller {
  readonly userId: number;
  readonly sessionId: number;
}

interface Known extends Caller {
  /** Epoch ms. */
  readonly expiresAt: number;
}

const CACHE_SIZE = 20_000;

/** The token check of both peers: jose once, then a bounded cache whose expiry is looked at on every use. */
export function tokenCheck(secret: Uint8Array) {
  const cache = new Map<string, Known>();
  const check = async (token: string): Promise<Known | undefined> => {
    try {
      const { payload } = await jwtVerify(token, secret, { algorithms: ['HS256'] });
      const known = {
        userId: Number(payload.sub),
        sessionId: Number(payload['sid']),
        expiresAt: Number(payload.exp) * 1000,
      };
      if (cache.size >= CACHE_SIZE) cache.delete(cache.keys().next().value ?? token);
      cache.set(token, known);
      return known;
    } catch {
      return undefined;
    }
  };
  return (authorization: string | null | undefined) => {
    if (!authorization?.startsWith('Bearer ')) return undefined;
    const token = authorization.slice(7);
    const known = cache.get(token);
    if (known) return known.expiresAt > Date.now() ? known : undefined;
    return check(token);
  };
}
