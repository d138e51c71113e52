import { readConfig } from '../../src/config.ts';
import { systemRandom } from '../../src/core/random.ts';
import { signAcs3, signTc3 } from '../../src/core/request-signing.ts';
import { openChallenge } from '../../src/platform/challenge/open.ts';
import { apns } from '../../src/platform/push/apns.ts';
import { openPush } from '../../src/platform/push/open.ts';
import type { PushNotice, PushProvider, PushProviderName } from '../../src/platform/push/push.ts';
import { userSig } from '../../src/platform/push/timpush.ts';
import { openSms } from '../../src/platform/sms/open.ts';

type Texts = Readonly<Record<string, string>>;

/** The servers of the tests speak HTTP/1.1: what asks Bun for HTTP/2 is taken out on the way. */
const http1 = Object.assign(
  (url: string | URL | Request, { protocol: _, ...init }: BunFetchRequestInit = {}) => fetch(url, init),
  { preconnect: (url: string | URL) => fetch.preconnect(url) },
);

function open(name: PushProviderName, environment: Texts, clock: { now(): number }): PushProvider {
  const config = readConfig(environment);
  if (name === 'apns') {
    const { APNS_TEAM_ID: teamId, APNS_KEY_ID: keyId, APNS_KEY: key, APNS_TOPIC: topic } = config;
    return apns({ teamId, keyId, key, topic, endpoint: config.APNS_ENDPOINT }, clock, http1);
  }
  const provider = openPush(config, clock, systemRandom).get(name);
  if (!provider) throw new Error(`${name} is not open`);
  return provider;
}

/** Providers by the name under which a test has opened them: some keep what they have signed. */
const opened = new Map<string, { readonly clock: { time: number }; readonly provider: PushProvider }>();

/** What the product signs and sends to SMS and push vendors, whose addresses the settings name. */
export const vendors = {
  signAcs3,
  signTc3,
  userSig,
  async sendSms(environment: Texts, now: number, mobile: string, code: string, app: string) {
    const sms = openSms(readConfig(environment), { now: () => now }, systemRandom);
    return { showsCode: sms.showsCode, failure: (await sms.sendCode(mobile, code, app)) ?? null };
  },
  /** What a challenge shows, and what a vendor says of a proof. */
  async verifyChallenge(environment: Texts, now: number, proof: string, address: string) {
    const challenge = openChallenge(readConfig(environment), { now: () => now }, systemRandom);
    return { shown: challenge?.shown ?? null, verdict: (await challenge?.verify(proof, address)) ?? null };
  },
  /** Sends by the provider that was opened under this name, or opens it. */
  sendPush(
    name: string,
    provider: PushProviderName,
    environment: Texts,
    now: number,
    notice: PushNotice,
    tokens: readonly string[],
  ) {
    let one = opened.get(name);
    if (!one) {
      const clock = { time: now, now: () => clock.time };
      one = { clock, provider: open(provider, environment, clock) };
      opened.set(name, one);
    }
    one.clock.time = now;
    return one.provider.send(notice, tokens);
  },
};
