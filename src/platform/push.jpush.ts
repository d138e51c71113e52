import { Buffer } from 'node:buffer';
import * as z from 'zod';
import {
  isPassing,
  PUSH_LIFE_SECONDS,
  type PushNotice,
  type PushOutcome,
  type PushProvider,
  type PushReply,
  postPush,
  pushJson,
  toMany,
} from './push.ts';

export interface JpushAccount {
  readonly appKey: string;
  readonly masterSecret: string;
  readonly endpoint: string;
}

/** Registration ids that one request may name. */
const TOGETHER = 1000;
/** No such device, alone or all of them. */
const NO_DEVICE = 1011;
/** Too often, or a fault of theirs. */
const PASSING = [1000, 1030, 2002];
const refusal = z.looseObject({ error: z.looseObject({ code: z.number() }) });

const messageOf = ({ title, body, conversation, data }: PushNotice, tokens: readonly string[]) =>
  JSON.stringify({
    platform: 'all',
    audience: { registration_id: tokens },
    notification: {
      android: { alert: body, title, extras: data },
      ios: { alert: { title, body }, sound: 'default', 'thread-id': conversation, extras: data },
    },
    options: { time_to_live: PUSH_LIFE_SECONDS, apns_production: true },
  });

function outcomeOf({ status, text }: PushReply): PushOutcome {
  if (status === 200) return 'sent';
  const code = refusal.safeParse(pushJson(text)).data?.error.code ?? 0;
  if (code === NO_DEVICE) return 'gone';
  return isPassing(status) || PASSING.includes(code) ? 'retry' : 'refused';
}

/** JPush (极光), REST v3. Of a request to several devices it does not tell which of them are gone. */
export function jpush({ appKey, masterSecret, endpoint }: JpushAccount): PushProvider {
  const headers = {
    authorization: `Basic ${Buffer.from(`${appKey}:${masterSecret}`).toString('base64')}`,
    'content-type': 'application/json',
  };
  return {
    perRequest: TOGETHER,
    send: (notice, tokens) =>
      toMany(tokens, TOGETHER, async (some) => {
        const outcome = outcomeOf(await postPush(`${endpoint}/v3/push`, headers, messageOf(notice, some)));
        return some.map(() => outcome);
      }),
  };
}
