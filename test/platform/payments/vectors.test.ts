import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { type Home, homes } from '../../support/homes.ts';

const FILE = '../shared/spec/payment-vectors.json';
const text = z.string();
const signed = z.looseObject({
  method: text.default(''),
  path: text.default(''),
  body: text.default(''),
  signature: text,
});
const appSign = z.looseObject({ appid: text, line4: text, signature: text });
const shape = z.looseObject({
  wx_doc: z.looseObject({
    mchid: text,
    serial_no: text,
    key_pkcs8_b64: text,
    timestamp: z.coerce.number(),
    nonce: text,
    body_sign: signed,
    path_sign: signed,
    app_pay_sign_openssl: appSign,
    jsapi_pay_sign: appSign,
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
  aes_256_gcm: z.array(
    z.looseObject({ key: text, iv: text, aad: text, plaintext: text, ciphertext_b64: text.optional() }),
  ),
  alipay: z.looseObject({
    notify_pub_spki_b64: text,
    notify: z.record(text, text),
    response_pub_spki_b64: text,
    response_text: text,
  }),
});

/** Signatures that the vendors have published, from the file beside the checkout; skipped where it is absent. */
describe.skipIf(!existsSync(FILE)).each(homes)('published signatures come out %s', (_, open) => {
  const vectors = () => shape.parse(JSON.parse(readFileSync(FILE, 'utf8')));
  let home: Home;
  beforeAll(async () => {
    home = await open();
  });
  afterAll(() => home.stop());

  test('WeChat Pay: a request with a body, one with a path, app and page payments', async () => {
    const { wx_doc: doc } = vectors();
    const signer = { mchId: doc.mchid, serial: doc.serial_no, key: doc.key_pkcs8_b64 };
    for (const { method, path, body, signature } of [doc.body_sign, doc.path_sign]) {
      expect(
        await home.calls.wechatAuthorization(signer, method, path, body, doc.timestamp, doc.nonce),
      ).toContain(`signature="${signature}"`);
    }
    for (const { appid, line4, signature } of [doc.app_pay_sign_openssl, doc.jsapi_pay_sign]) {
      expect(await home.calls.wechatAppSign(signer.key, appid, doc.timestamp, doc.nonce, line4)).toBe(
        signature,
      );
    }
  });

  test('WeChat Pay: a reply and a notice are believed, and not after five minutes', async () => {
    const { wx_doc: doc, wx_go_sdk: sdk } = vectors();
    const cases = [
      { ...doc.response_verify, key: doc.response_verify.pub_spki_b64, serial: 'PUB_KEY_ID_1' },
      { ...sdk.notify, key: sdk.pub_spki_b64 },
    ];
    for (const { key, serial, timestamp, nonce, signature, body } of cases) {
      const headers = {
        'wechatpay-timestamp': timestamp,
        'wechatpay-nonce': nonce,
        'wechatpay-signature': signature,
        'wechatpay-serial': serial,
      };
      const now = Number(timestamp);
      const problem = (raw: string, at: number, keys: Record<string, string> = { [serial]: key }) =>
        home.calls.wechatMessageProblem(keys, headers, raw, at);
      expect(await problem(body, now)).toBeNull();
      expect(await problem(body, now + 301)).toBe('out of time');
      expect(await problem(`${body} `, now)).toBe('signature');
      expect(await problem(body, now, {})).toBe('unknown serial');
    }
  });

  test('WeChat Pay: what is sealed opens', async () => {
    const texts = vectors().aes_256_gcm.flatMap(({ ciphertext_b64: ciphertext, ...each }) =>
      ciphertext === undefined ? [] : [{ ...each, ciphertext }],
    );
    expect(texts.length).toBeGreaterThan(0);
    for (const { key, iv: nonce, aad: associated_data, plaintext, ciphertext } of texts) {
      const resource = { algorithm: 'AEAD_AES_256_GCM', nonce, associated_data, ciphertext };
      expect(await home.calls.openWechatResource(key, resource)).toBe(plaintext);
    }
  });

  test('RSA-SHA256 over a plain text', async () => {
    const { sign, key_pkcs8_b64, pub_spki_b64 } = vectors().wx_go_sdk;
    expect(await home.calls.sign(key_pkcs8_b64, sign.message)).toBe(sign.signature);
    expect(await home.calls.verify(pub_spki_b64, sign.message, sign.signature)).toBe(true);
  });

  test('Alipay: a notice and a reply', async () => {
    const { alipay } = vectors();
    const raw = new URLSearchParams(alipay.notify).toString();
    const key = alipay.notify_pub_spki_b64;
    expect(await home.calls.verifiedNotice(raw, key)).toMatchObject({
      total_amount: '0.10',
      trade_status: 'TRADE_SUCCESS',
    });
    expect(await home.calls.verifiedNotice(raw.replace('0.10', '9.10'), key)).toBeNull();
    const signature = /"sign"\s*:\s*"([^"]+)"/.exec(alipay.response_text)?.[1] ?? '';
    const object = await home.calls.rawObject(alipay.response_text, 'alipay_open_file_upload_response');
    expect(await home.calls.verify(alipay.response_pub_spki_b64, object ?? '', signature)).toBe(true);
  });
});
