import * as z from 'zod';
import type { Clock } from '../../core/clock.ts';
import { type Random, randomText } from '../../core/random.ts';
import { type KeyPair, signAcs3, sortedQuery } from '../../core/request-signing.ts';
import { type Challenge, TIMEOUT_MS, type Verdict } from './challenge.ts';

const reply = z.looseObject({
  Code: z.string().optional().catch(undefined),
  Result: z.looseObject({ VerifyResult: z.boolean() }).optional().catch(undefined),
});
/** What Aliyun says of our account, or of itself. Its other refusals are about what was sent. */
const NOT_THE_PROOF =
  /AccessKey|Signature|Forbidden|Permission|Unauthorized|Throttling|Arrear|Overdue|NotOpen|InternalError|ServiceUnavailable|Nonce|TimeStamp/i;

export interface AliyunChallengeAccount {
  readonly key: KeyPair;
  /** The identity prefix (身份标), which the widget needs. */
  readonly prefix: string;
  readonly scene: string;
  readonly endpoint: string;
}

interface Tools {
  readonly clock: Clock;
  readonly random: Random;
}

/** Aliyun's captcha 2.0, VerifyIntelligentCaptcha of 2023-03-05. Its own advice where it fails: let people pass. */
export function aliyunChallenge(
  { key, prefix, scene, endpoint }: AliyunChallengeAccount,
  { clock, random }: Tools,
): Challenge {
  const { host } = new URL(endpoint);
  const ask = async (proof: string): Promise<Verdict> => {
    const body = sortedQuery({ CaptchaVerifyParam: proof, SceneId: scene });
    const headers = {
      host,
      'content-type': 'application/x-www-form-urlencoded',
      'x-acs-action': 'VerifyIntelligentCaptcha',
      'x-acs-version': '2023-03-05',
      'x-acs-date': new Date(clock.now()).toISOString().replace(/\.\d+Z$/, 'Z'),
      'x-acs-signature-nonce': randomText(random, 32),
    };
    const { host: _, ...signed } = signAcs3(key, {}, headers, body);
    const response = await fetch(`${endpoint}/`, {
      method: 'POST',
      headers: { ...signed, accept: 'application/json' },
      body,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const { Code: code = '', Result: result } = reply.parse(await response.json());
    if (result) return result.VerifyResult ? 'passed' : 'failed';
    return response.ok || response.status >= 500 || NOT_THE_PROOF.test(code) ? 'unavailable' : 'failed';
  };
  return {
    shown: { challenge: 'aliyun', siteKey: prefix, scene, region: host.includes('cn-') ? 'cn' : 'sgp' },
    verify: (proof) => ask(proof).catch((): Verdict => 'unavailable'),
  };
}
