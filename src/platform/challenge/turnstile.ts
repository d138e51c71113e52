import * as z from 'zod';
import { type Challenge, TIMEOUT_MS, type Verdict } from './challenge.ts';

const reply = z.looseObject({
  success: z.boolean(),
  'error-codes': z.array(z.string()).optional().catch(undefined),
});
/** What Cloudflare says of our key, or of itself. Its other codes are about the proof. */
const NOT_THE_PROOF = /^(missing-input-secret|invalid-input-secret|internal-error)$/;
/** Longest token that Cloudflare makes. */
const MAX_LENGTH = 2048;

export interface TurnstileAccount {
  readonly siteKey: string;
  readonly secret: string;
  readonly endpoint: string;
}

/** Cloudflare Turnstile, siteverify of v0. */
export function turnstile({ siteKey, secret, endpoint }: TurnstileAccount): Challenge {
  const ask = async (proof: string, address: string): Promise<Verdict> => {
    const response = await fetch(`${endpoint}/turnstile/v0/siteverify`, {
      method: 'POST',
      body: new URLSearchParams({ secret, response: proof, remoteip: address }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const { success, 'error-codes': codes = [] } = reply.parse(await response.json());
    if (success) return 'passed';
    return codes.length === 0 || codes.some((code) => NOT_THE_PROOF.test(code)) ? 'unavailable' : 'failed';
  };
  return {
    shown: { challenge: 'turnstile', siteKey },
    verify: async (proof, address) =>
      proof.length > MAX_LENGTH ? 'failed' : ask(proof, address).catch((): Verdict => 'unavailable'),
  };
}
