import { readConfig } from '../../src/config.ts';
import { BadConfig } from '../../src/core/bad-config.ts';
import { alipayAccount, wechatAccount } from '../../src/platform/payments/accounts.ts';
import { alipayGateway } from '../../src/platform/payments/alipay.ts';
import {
  orderString,
  rawObject,
  signedParameters,
  verifiedNotice,
} from '../../src/platform/payments/alipay-signing.ts';
import { certificateSerial, rootSerial } from '../../src/platform/payments/certificates.ts';
import { privateKey, publicKey, rsaSign, rsaVerify } from '../../src/platform/payments/rsa.ts';
import {
  openWechatResource,
  wechatAppSign,
  wechatAuthorization,
  wechatMessageProblem,
} from '../../src/platform/payments/wechat-signing.ts';

type Texts = Readonly<Record<string, string>>;

/** What the product signs, verifies and opens for payments; keys are texts, as a setting holds them. */
export const signing = {
  sign: (key: string, text: string) => rsaSign(privateKey(key), text),
  verify: (key: string, text: string, signature: string) => rsaVerify(publicKey(key), text, signature),
  certificateSerial,
  rootSerial,

  orderString: (parameters: Texts, key: string) => orderString(parameters, privateKey(key)),
  signedParameters: (parameters: Texts, key: string) => signedParameters(parameters, privateKey(key)),
  verifiedNotice: (raw: string, key: string) => verifiedNotice(raw, publicKey(key)) ?? null,
  rawObject: (reply: string, name: string) => rawObject(reply, name) ?? null,
  /** What our client makes of an answer of Alipay's to a query. Throws what it throws. */
  alipayAnswer(environment: Texts, answer: string) {
    const account = alipayAccount(readConfig(environment), '');
    if (!account) throw new TypeError('No account at Alipay.');
    return alipayGateway(account, { now: () => 0 }, async () => new Response(answer)).query('20261122x');
  },

  wechatAuthorization: (
    { mchId, serial, key }: { readonly mchId: string; readonly serial: string; readonly key: string },
    method: string,
    path: string,
    body: string,
    seconds: number,
    nonce: string,
  ) => wechatAuthorization({ mchId, serial, key: privateKey(key) }, method, path, body, seconds, nonce),
  wechatAppSign: (key: string, appId: string, seconds: number, nonce: string, prepayId: string) =>
    wechatAppSign(privateKey(key), appId, seconds, nonce, prepayId),
  /** @param keys WeChat's, by serial */
  wechatMessageProblem(keys: Texts, headers: Texts, raw: string, nowSeconds: number) {
    const opened = new Map(Object.entries(keys).map(([serial, key]) => [serial, publicKey(key)]));
    return wechatMessageProblem(opened, new Headers(headers), raw, nowSeconds) ?? null;
  },
  openWechatResource: (apiKey: string, resource: unknown) => openWechatResource(apiKey, resource),

  /** What keeps a server with these settings from starting; empty where nothing does. */
  settingsProblem(environment: Texts): string {
    try {
      readConfig(environment);
      return '';
    } catch (error) {
      if (error instanceof BadConfig) return error.message;
      throw error;
    }
  },
  /** The accounts that settings make, without their keys. */
  accounts(environment: Texts, publicUrl: string) {
    const config = readConfig(environment);
    const alipay = alipayAccount(config, publicUrl);
    const wxpay = wechatAccount(config, publicUrl);
    return {
      alipay: alipay && {
        appId: alipay.appId,
        gateway: alipay.gateway,
        notifyUrl: alipay.notifyUrl,
        certificates: alipay.certificates,
      },
      wxpay: wxpay && {
        gateway: wxpay.gateway,
        notifyUrl: wxpay.notifyUrl,
        serials: [...wxpay.gatewayKeys.keys()],
      },
    };
  },
};
