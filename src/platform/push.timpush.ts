import { Buffer } from 'node:buffer';
import { createHmac } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import * as z from 'zod';
import type { Clock } from './clock.ts';
import { isPassing, type PushNotice, type PushProvider, postPush, pushJson, toMany } from './push.ts';
import type { Random } from './random.ts';

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
const FREQUENT = [60008, 60014, 91000];
const reply = z.looseObject({ ErrorCode: z.number() });

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

const messageOf = ({ title, body, data }: PushNotice, identifier: string, tokens: readonly string[]) =>
  JSON.stringify({
    From_Account: identifier,
    To_Account: tokens,
    OfflinePushInfo: { PushFlag: 0, Title: title, Desc: body, Ext: JSON.stringify(data) },
  });

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
          random: String(Number.parseInt(Buffer.from(random.bytes(4)).toString('hex'), 16)),
          contenttype: 'json',
        });
        const body = messageOf(notice, identifier, some);
        const url = `${endpoint}/v4/timpush/batch?${query}`;
        const { status, text } = await postPush(url, { 'content-type': 'application/json' }, body);
        if (isPassing(status)) return 'retry';
        const code = reply.safeParse(pushJson(text)).data?.ErrorCode;
        if (code === 0) return 'sent';
        return code === undefined || FREQUENT.includes(code) ? 'retry' : 'refused';
      }),
  };
}
