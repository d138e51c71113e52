import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Home, homes } from '../../support/homes.ts';
import vectors from './fixtures/published-signatures.json' with { type: 'json' };

/** Signatures that the vendors have published, with the keys that they published for it. */
describe.each(homes)('published signatures come out %s', (_, open) => {
  let home: Home;
  beforeAll(async () => {
    home = await open();
  });
  afterAll(() => home.stop());

  test('WeChat Pay: a request with a body, one with a path, app and page payments', async () => {
    const { mchId, serial, privateKey: key, timestamp, nonce, requests, payments } = vectors.wechatDocument;
    for (const { method, path, body, signature } of requests) {
      expect(
        await home.calls.wechatAuthorization({ mchId, serial, key }, method, path, body, timestamp, nonce),
      ).toContain(`signature="${signature}"`);
    }
    for (const { appId, fourthLine, signature } of payments) {
      expect(await home.calls.wechatAppSign(key, appId, timestamp, nonce, fourthLine)).toBe(signature);
    }
  });

  test('WeChat Pay: a reply and a notice are believed, and not after five minutes', async () => {
    const { wechatDocument, wechatSdk } = vectors;
    const cases = [
      { ...wechatDocument.reply, serial: 'PUB_KEY_ID_1' },
      { ...wechatSdk.notice, publicKey: wechatSdk.publicKey },
    ];
    for (const { publicKey, serial, timestamp, nonce, signature, body } of cases) {
      const headers = {
        'wechatpay-timestamp': timestamp,
        'wechatpay-nonce': nonce,
        'wechatpay-signature': signature,
        'wechatpay-serial': serial,
      };
      const now = Number(timestamp);
      const problem = (raw: string, at: number, keys: Record<string, string> = { [serial]: publicKey }) =>
        home.calls.wechatMessageProblem(keys, headers, raw, at);
      expect(await problem(body, now)).toBeNull();
      expect(await problem(body, now + 301)).toBe('out of time');
      expect(await problem(`${body} `, now)).toBe('signature');
      expect(await problem(body, now, {})).toBe('unknown serial');
    }
  });

  test('WeChat Pay: what is sealed opens', async () => {
    expect(vectors.sealed).toHaveLength(2);
    for (const { key, nonce, associatedData, plaintext, ciphertext } of vectors.sealed) {
      const resource = {
        algorithm: 'AEAD_AES_256_GCM',
        nonce,
        associated_data: associatedData,
        ciphertext,
      };
      expect(await home.calls.openWechatResource(key, resource)).toBe(plaintext);
    }
  });

  test('RSA-SHA256 over a plain text', async () => {
    const { privateKey, publicKey, signed } = vectors.wechatSdk;
    expect(await home.calls.sign(privateKey, signed.text)).toBe(signed.signature);
    expect(await home.calls.verify(publicKey, signed.text, signed.signature)).toBe(true);
  });

  test('Alipay: a notice and a reply', async () => {
    const { notice, noticeKey, reply, replyKey } = vectors.alipay;
    const raw = new URLSearchParams(notice).toString();
    expect(await home.calls.verifiedNotice(raw, noticeKey)).toMatchObject({
      total_amount: '0.10',
      trade_status: 'TRADE_SUCCESS',
    });
    expect(await home.calls.verifiedNotice(raw.replace('0.10', '9.10'), noticeKey)).toBeNull();
    const signature = /"sign"\s*:\s*"([^"]+)"/.exec(reply)?.[1] ?? '';
    const object = await home.calls.rawObject(reply, 'alipay_open_file_upload_response');
    expect(await home.calls.verify(replyKey, object ?? '', signature)).toBe(true);
  });
});
