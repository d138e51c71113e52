import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { rawObject, verifiedNotice } from '../../src/platform/payments/alipay-signing.ts';
import { privateKey, publicKey, rsaSign, rsaVerify } from '../../src/platform/payments/rsa.ts';
import {
  wechatAppSign,
  wechatAuthorization,
  wechatMessageProblem,
} from '../../src/platform/payments/wechat-signing.ts';

const FILE = '../shared/spec/payment-vectors.json';
const text = z.string();
const signed = z.looseObject({
  method: text.default(''),
  path: text.default(''),
  body: text.default(''),
  signature: text,
});
const shape = z.looseObject({
  wx_doc: z.looseObject({
    mchid: text,
    serial_no: text,
    key_pkcs8_b64: text,
    timestamp: z.coerce.number(),
    nonce: text,
    body_sign: signed,
    path_sign: signed,
    app_pay_sign_openssl: z.looseObject({ appid: text, line4: text, signature: text }),
    response_verify: z.looseObject({
      pub_spki_b64: text,
      timestamp: text.or(z.number().transform(String)),
      nonce: text,
      body: text,
      signature: text,
    }),
  }),
  wx_go_sdk: z.looseObject({
    key_pkcs8_b64: text,
    pub_spki_b64: text,
    sign: z.looseObject({ message: text, signature: text }),
    notify: z.looseObject({
      serial: text,
      timestamp: text.or(z.number().transform(String)),
      nonce: text,
      signature: text,
      body: text,
    }),
  }),
  alipay: z.looseObject({
    notify_pub_spki_b64: text,
    notify: z.record(text, text),
    response_pub_spki_b64: text,
    response_text: text,
  }),
});

/** Signatures that the vendors have published, from the file beside the checkout; skipped where it is absent. */
describe.skipIf(!existsSync(FILE))('published signatures come out', () => {
  const vectors = () => shape.parse(JSON.parse(readFileSync(FILE, 'utf8')));

  test('WeChat Pay: a request with a body, one with a path, an app payment', () => {
    const { wx_doc: doc } = vectors();
    const signer = { mchId: doc.mchid, serial: doc.serial_no, key: privateKey(doc.key_pkcs8_b64) };
    for (const each of [doc.body_sign, doc.path_sign]) {
      expect(
        wechatAuthorization(signer, each.method, each.path, each.body, doc.timestamp, doc.nonce),
      ).toContain(`signature="${each.signature}"`);
    }
    const app = doc.app_pay_sign_openssl;
    expect(wechatAppSign(signer.key, app.appid, doc.timestamp, doc.nonce, app.line4)).toBe(app.signature);
  });

  test('WeChat Pay: a reply and a notice are believed, and not after five minutes', () => {
    const { wx_doc: doc, wx_go_sdk: sdk } = vectors();
    const cases = [
      { ...doc.response_verify, key: doc.response_verify.pub_spki_b64, serial: 'PUB_KEY_ID_1' },
      { ...sdk.notify, key: sdk.pub_spki_b64 },
    ];
    for (const { key, serial, timestamp, nonce, signature, body } of cases) {
      const headers = new Headers({
        'wechatpay-timestamp': timestamp,
        'wechatpay-nonce': nonce,
        'wechatpay-signature': signature,
        'wechatpay-serial': serial,
      });
      const keys = new Map([[serial, publicKey(key)]]);
      const now = Number(timestamp);
      expect(wechatMessageProblem(keys, headers, body, now)).toBeUndefined();
      expect(wechatMessageProblem(keys, headers, body, now + 301)).toBe('out of time');
      expect(wechatMessageProblem(keys, headers, `${body} `, now)).toBe('signature');
      expect(wechatMessageProblem(new Map(), headers, body, now)).toBe('unknown serial');
    }
  });

  test('RSA-SHA256 over a plain text', () => {
    const { sign, key_pkcs8_b64, pub_spki_b64 } = vectors().wx_go_sdk;
    expect(rsaSign(privateKey(key_pkcs8_b64), sign.message)).toBe(sign.signature);
    expect(rsaVerify(publicKey(pub_spki_b64), sign.message, sign.signature)).toBe(true);
  });

  test('Alipay: a notice and a reply', () => {
    const { alipay } = vectors();
    const raw = new URLSearchParams(alipay.notify).toString();
    const key = publicKey(alipay.notify_pub_spki_b64);
    expect(verifiedNotice(raw, key)).toMatchObject({ total_amount: '0.10', trade_status: 'TRADE_SUCCESS' });
    expect(verifiedNotice(raw.replace('0.10', '9.10'), key)).toBeUndefined();
    const signature = /"sign"\s*:\s*"([^"]+)"/.exec(alipay.response_text)?.[1] ?? '';
    const object = rawObject(alipay.response_text, 'alipay_open_file_upload_response') ?? '';
    expect(rsaVerify(publicKey(alipay.response_pub_spki_b64), object, signature)).toBe(true);
  });
});
