import { Buffer } from 'node:buffer';
import { createHmac } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import * as z from 'zod';
import type { Clock } from '../../core/clock.ts';
import type { Random } from '../../core/random.ts';
import {
  isPassing,
  type PushNotice,
  type PushOutcome,
  type PushProvider,
  type PushReply,
  postPush,
  pushJson,
  toMany,
} from './push.ts';

export interface TimpushAccount {
  readonly sdkAppId: string;
  /** The app's key (密钥), which signs. */
  readonly key: string;
  /** An administrator's account of the app. */
  readonly identifier: string;
  readonly endpoint: string;
}

const SIGNED_FOR_SECONDS = 600;
const TOGETHER = 500;
/** Too often, or a fault of theirs. */
const PASSING = [60008, 60014, 90024, 91000];
/** No such device. */
const NO_ACCOUNT = 70107;
const failures = z.array(z.looseObject({ To_Account: z.string(), ErrorCode: z.number() }));
/** `ErrorList`: those of the devices that it did not reach, where the request as a whole went well. */
const reply = z.looseObject({ ErrorCode: z.number(), ErrorList: failures.nullish().catch(null) });

/** A UserSig of Tencent Cloud Chat, version 2.0. */
export function userSig(account: Omit<TimpushAccount, 'endpoint'>, seconds: number, expire: number): string {
  const { sdkAppId, key, identifier } = account;
  const signed = `TLS.identifier:${identifier}\nTLS.sdkappid:${sdkAppId}\nTLS.time:${seconds}\nTLS.expire:${expire}\n`;
  const json = JSON.stringify({
    'TLS.ver': '2.0',
    'TLS.identifier': identifier,
    'TLS.sdkappid': Number(sdkAppId),
    'TLS.expire': expire,
    'TLS.time': seconds,
    'TLS.sig': createHmac('sha256', key).update(signed).digest('base64'),
  });
  const text = Buffer.from(deflateSync(Buffer.from(json))).toString('base64');
  return text.replaceAll('+', '*').replaceAll('/', '-').replaceAll('=', '_');
}

/** 32 random bits: of two requests with the same ones within a second the second is dropped as a copy. */
const number32 = (random: Random) => Number.parseInt(Buffer.from(random.bytes(4)).toString('hex'), 16);

const messageOf = (
  { title, body, data }: PushNotice,
  identifier: string,
  tokens: readonly string[],
  random: Random,
) =>
  JSON.stringify({
    From_Account: identifier,
    To_Account: tokens,
    MsgRandom: number32(random),
    OfflinePushInfo: { PushFlag: 0, Title: title, Desc: body, Ext: JSON.stringify(data) },
  });

const outcomeOf = (code: number): PushOutcome => {
  if (code === 0) return 'sent';
  return PASSING.includes(code) ? 'retry' : 'refused';
};

function outcomesOf(tokens: readonly string[], { status, text }: PushReply): PushOutcome[] {
  const answer = isPassing(status) ? undefined : reply.safeParse(pushJson(text)).data;
  if (!answer) return tokens.map(() => 'retry');
  const failed = new Map(answer.ErrorList?.map((each) => [each.To_Account, each.ErrorCode]));
  return tokens.map((token) => {
    const code = failed.get(token);
    return code === NO_ACCOUNT ? 'gone' : outcomeOf(code ?? answer.ErrorCode);
  });
}

/** Tencent Cloud Chat's push (TIMPush), the successor of TPNS (信鸽): tokens are its registration ids. */
export function timpush(account: TimpushAccount, clock: Clock, random: Random): PushProvider {
  const { sdkAppId, identifier, endpoint } = account;
  return {
    perRequest: TOGETHER,
    send: (notice, tokens) =>
      toMany(tokens, TOGETHER, async (some) => {
        const query = new URLSearchParams({
          sdkappid: sdkAppId,
          identifier,
          usersig: userSig(account, Math.floor(clock.now() / 1000), SIGNED_FOR_SECONDS),
          random: String(number32(random)),
          contenttype: 'json',
        });
        const body = messageOf(notice, identifier, some, random);
        const url = `${endpoint}/v4/timpush/batch?${query}`;
        return outcomesOf(some, await postPush(url, { 'content-type': 'application/json' }, body));
      }),
  };
}
