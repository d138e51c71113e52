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
/** A value that is none; the message names a registration id that is the reason. */
const INVALID = 1003;
const NAMED = /^The registration_id (.*) is invalid/s;
/** Requests for one notice: each but the last has found a registration id that is none. */
const TRIES = 3;
const refusal = z.looseObject({
  error: z.looseObject({ code: z.number(), message: z.string().optional().catch(undefined) }),
});
const errorIn = (text: string) => refusal.safeParse(pushJson(text)).data?.error;

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
  const code = errorIn(text)?.code ?? 0;
  if (code === NO_DEVICE) return 'gone';
  return isPassing(status) || PASSING.includes(code) ? 'retry' : 'refused';
}

/** The one of these that is no registration id, for which none of them got the notice. */
function invalidOf(tokens: readonly string[], { text }: PushReply): string | undefined {
  const { code, message = '' } = errorIn(text) ?? {};
  const named = code === INVALID ? NAMED.exec(message)?.[1]?.trim() : undefined;
  return tokens.find((token) => token.trim() === named);
}

/** Sends to all that are registration ids: what one user has bound must not keep the notice from the others. */
async function sendToValid(
  tokens: readonly string[],
  post: (tokens: readonly string[]) => Promise<PushReply>,
): Promise<PushOutcome[]> {
  const invalid = new Set<string>();
  let outcome: PushOutcome = 'retry';
  for (let tries = 0; tries < TRIES && invalid.size < tokens.length; tries += 1) {
    const valid = tokens.filter((token) => !invalid.has(token));
    const reply = await post(valid);
    const named = invalidOf(valid, reply);
    if (named === undefined) {
      outcome = outcomeOf(reply);
      break;
    }
    invalid.add(named);
  }
  return tokens.map((token) => (invalid.has(token) ? 'gone' : outcome));
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
      toMany(tokens, TOGETHER, (some) =>
        sendToValid(some, (valid) => postPush(`${endpoint}/v3/push`, headers, messageOf(notice, valid))),
      ),
  };
}
