import type { KeyObject } from 'node:crypto';
import * as z from 'zod';
import type { Clock } from '../../core/clock.ts';
import { type Random, randomText } from '../../core/random.ts';
import { ask, type Fetch, GatewayRefusal, GatewayUnclear, parsedJson } from './port.ts';
import { type WechatSigner, wechatAuthorization, wechatMessageProblem } from './wechat-signing.ts';

/** A merchant's app at WeChat Pay (API v3). */
export interface WechatAccount {
  readonly appId: string;
  readonly signer: WechatSigner;
  /** APIv3 key, 32 characters: opens notices. */
  readonly apiKey: string;
  /** WeChat's keys by serial: `PUB_KEY_ID_…` or a platform certificate's serial. */
  readonly gatewayKeys: ReadonlyMap<string, KeyObject>;
  /** `https://api.mch.weixin.qq.com`. */
  readonly gateway: string;
  readonly notifyUrl: string;
}

const errorShape = z.looseObject({ code: z.string(), message: z.string().optional() });

/** An order that WeChat Pay does not know. Its documents of API v3 spell the code with and without underscores. */
export const UNKNOWN: readonly string[] = ['ORDER_NOT_EXIST', 'ORDERNOTEXIST', 'RESOURCE_NOT_EXISTS'];

/** Signs, sends and believes: calls of API v3. Refusals carry no signature, and are `GatewayRefusal`. */
export function wechatCaller(account: WechatAccount, clock: Clock, random: Random, fetch: Fetch) {
  const [ourSerial = ''] = account.gatewayKeys.keys();
  return async (method: 'GET' | 'POST', path: string, content?: object): Promise<unknown> => {
    const body = content ? JSON.stringify(content) : '';
    const seconds = Math.floor(clock.now() / 1000);
    const headers = {
      accept: 'application/json',
      'user-agent': 'teahouse',
      'content-type': 'application/json',
      'wechatpay-serial': ourSerial,
      authorization: wechatAuthorization(account.signer, method, path, body, seconds, randomText(random, 32)),
    };
    const init = { method, headers, ...(content ? { body } : {}) };
    const reply = await ask(fetch, `${account.gateway}${path}`, init);
    // Refusals carry no signature: the status comes first. 202: nothing is done yet, as where the buyer is just paying.
    if (reply.status >= 500 || reply.status === 202)
      throw new GatewayUnclear(`WeChat Pay answered ${reply.status}.`);
    if (reply.status >= 300) {
      const error = errorShape.safeParse(parsedJson(reply.text)).data;
      throw new GatewayRefusal(error?.code ?? String(reply.status), error?.message ?? '');
    }
    const problem = wechatMessageProblem(account.gatewayKeys, reply.headers, reply.text, seconds);
    if (problem) throw new GatewayUnclear(`The reply is not WeChat’s: ${problem}.`);
    return parsedJson(reply.text);
  };
}
export type WechatCall = ReturnType<typeof wechatCaller>;
