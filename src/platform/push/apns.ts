import { importPKCS8, SignJWT } from 'jose';
import * as z from 'zod';
import type { Clock } from '../../core/clock.ts';
import {
  isPassing,
  PUSH_LIFE_SECONDS,
  type PushNotice,
  type PushOutcome,
  type PushProvider,
  type PushReply,
  postPush,
  pushJson,
  toEach,
} from './push.ts';

export interface ApnsAccount {
  readonly teamId: string;
  readonly keyId: string;
  /** The `.p8` file's text. */
  readonly key: string;
  /** The app's bundle id. */
  readonly topic: string;
  readonly endpoint: string;
}

/** Apple wants a provider token renewed every 20 to 60 minutes. */
const TOKEN_MS = 40 * 60_000;
const GONE = ['BadDeviceToken', 'DeviceTokenNotForTopic', 'Unregistered', 'ExpiredToken'];
const refusal = z.looseObject({ reason: z.string() });
/** Apple speaks HTTP/2 alone, which Bun's fetch must be told. */
const HTTP2: RequestInit & { readonly protocol: 'http2' } = { protocol: 'http2' };

const messageOf = ({ title, body, conversation, data }: PushNotice) =>
  JSON.stringify({
    ...data,
    aps: { alert: { title, body }, sound: 'default', 'thread-id': conversation },
  });

function outcomeOf({ status, text }: PushReply): PushOutcome {
  if (status === 200) return 'sent';
  const reason = refusal.safeParse(pushJson(text)).data?.reason ?? '';
  if (status === 410 || GONE.includes(reason)) return 'gone';
  return isPassing(status) || reason === 'ExpiredProviderToken' ? 'retry' : 'refused';
}

/**
 * Apple's push service; on Bun alone, because Workers' fetch does not offer HTTP/2.
 * @param http for tests
 */
export function apns(account: ApnsAccount, clock: Clock, http: typeof fetch = fetch): PushProvider {
  let signed: { readonly token: string; readonly until: number } | undefined;

  async function providerToken(): Promise<string> {
    if (!signed || signed.until <= clock.now()) {
      const token = await new SignJWT()
        .setProtectedHeader({ alg: 'ES256', kid: account.keyId })
        .setIssuer(account.teamId)
        .setIssuedAt(Math.floor(clock.now() / 1000))
        .sign(await importPKCS8(account.key.replaceAll('\\n', '\n'), 'ES256'));
      signed = { token, until: clock.now() + TOKEN_MS };
    }
    return signed.token;
  }

  return {
    perRequest: 1,
    async send(notice, tokens) {
      const bearer = await providerToken().catch(() => undefined);
      if (!bearer) return tokens.map(() => 'refused');
      const headers = {
        authorization: `bearer ${bearer}`,
        'apns-topic': account.topic,
        'apns-push-type': 'alert',
        'apns-priority': '10',
        'apns-expiration': String(Math.floor(clock.now() / 1000) + PUSH_LIFE_SECONDS),
        'apns-collapse-id': notice.conversation,
      };
      return toEach(tokens, async (token) => {
        const url = `${account.endpoint}/3/device/${encodeURIComponent(token)}`;
        return outcomeOf(await postPush(url, headers, messageOf(notice), http, HTTP2));
      });
    },
  };
}
