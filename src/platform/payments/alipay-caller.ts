import type { KeyObject } from 'node:crypto';
import * as z from 'zod';
import { chinaDateText } from '../../core/china-time.ts';
import type { Clock } from '../../core/clock.ts';
import { rawObject, signedParameters } from './alipay-signing.ts';
import { ask, codeOf, type Fetch, GatewayRefusal, GatewayUnclear, parsedJson, understood } from './port.ts';
import { rsaVerify } from './rsa.ts';

/** A merchant's app at Alipay. */
export interface AlipayAccount {
  readonly appId: string;
  /** The merchant's own number, `2088…`. */
  readonly sellerId: string;
  readonly key: KeyObject;
  readonly gatewayKey: KeyObject;
  /** Of certificate mode, which transfers need; absent in public-key mode. */
  readonly certificates?: { readonly app: string; readonly root: string };
  /** `https://openapi.alipay.com/gateway.do`. */
  readonly gateway: string;
  readonly notifyUrl: string;
}

const reply = z.looseObject({
  code: z.string(),
  msg: z.string().optional(),
  sub_code: z.string().optional(),
});
/** An answer that Alipay has signed. */
export type AlipayReply = z.output<typeof reply>;

/** Signs, sends and believes: calls of the open platform. */
export function alipayCaller(account: AlipayAccount, clock: Clock, fetch: Fetch) {
  const common = (method: string, content: object): Record<string, string> => ({
    app_id: account.appId,
    method,
    format: 'JSON',
    charset: 'utf-8',
    sign_type: 'RSA2',
    timestamp: chinaDateText(clock.now()),
    version: '1.0',
    biz_content: JSON.stringify(content),
    ...(account.certificates
      ? { app_cert_sn: account.certificates.app, alipay_root_cert_sn: account.certificates.root }
      : {}),
  });
  const believed = (text: string, name: string): AlipayReply => {
    const raw = rawObject(text, name);
    const signature = /"sign"\s*:\s*"([^"]+)"/.exec(text.replace(raw ?? '', ''))?.[1]?.replaceAll('\\/', '/');
    if (!raw || !signature || !rsaVerify(account.gatewayKey, raw, signature)) {
      throw new GatewayUnclear('The reply is not signed by Alipay.');
    }
    return understood(reply, parsedJson(raw));
  };
  /** What Alipay answers, whatever its code. Throws `GatewayUnclear` where it is not known what was done. */
  async function answerOf(method: string, content: object): Promise<AlipayReply> {
    const body = new URLSearchParams(signedParameters(common(method, content), account.key)).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
    const { text } = await ask(fetch, account.gateway, { method: 'POST', headers, body });
    const answer = believed(text, `${method.replaceAll('.', '_')}_response`);
    // 20000: the service was not available; it may have done what it was asked.
    if (answer.code === '20000') throw new GatewayUnclear(answer.sub_code ?? answer.code);
    return answer;
  }
  return {
    parameters: common,
    answerOf,
    /** The same where every other code than success is a refusal: `GatewayRefusal` with Alipay's `sub_code`. */
    async call(method: string, content: object): Promise<AlipayReply> {
      const answer = await answerOf(method, content);
      if (answer.code !== '10000') throw new GatewayRefusal(answer.sub_code ?? answer.code, answer.msg ?? '');
      return answer;
    },
  };
}

/** What calls the open platform for an account. */
export type AlipayCaller = ReturnType<typeof alipayCaller>;

/** What Alipay says that nothing can be concluded from. */
export const doubt = ({ code, sub_code }: AlipayReply) =>
  new GatewayUnclear(codeOf(sub_code, codeOf(code, 'A reply with no known code.')));

/**
 * Codes of the open platform itself, which has not passed the request on: tokens, parameters, signature,
 * permission.
 */
export const NOT_PASSED_ON: readonly string[] = ['20001', '40001', '40002', '40006'];
