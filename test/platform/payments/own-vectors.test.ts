import { sign, verify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Home, homes } from '../../support/homes.ts';
import { bare, fixture, newPair, oneLine, SIGNATURE, SIGNED } from '../../support/payment-keys.ts';

const ours = newPair();
const provider = newPair();
/** This process signs and verifies beside the product, with Node's functions alone. */
const signed = (text: string, key = ours.pkcs8) => sign('sha256', Buffer.from(text), key).toString('base64');
const verifies = (text: string, signature: string, key = ours.spki) =>
  verify('sha256', Buffer.from(text), key, Buffer.from(signature, 'base64'));

const forms = (pem: string) => [pem, bare(pem), oneLine(pem), ` ${pem}\n\n`, pem.replaceAll('\n', '\r\n')];

describe.each(homes)('%s', (_, open) => {
  let home: Home;
  let calls: Home['calls'];
  beforeAll(async () => {
    home = await open();
    ({ calls } = home);
  });
  afterAll(() => home.stop());

  describe('keys in every form in which consoles hand them out', () => {
    test('PKCS#8 and PKCS#1 private keys sign the same', async () => {
      for (const text of [...forms(ours.pkcs8), ...forms(ours.pkcs1)])
        expect(await calls.sign(text, SIGNED)).toBe(signed(SIGNED));
    });

    test('SPKI and PKCS#1 public keys verify the same', async () => {
      for (const text of [...forms(ours.spki), ...forms(ours.publicPkcs1)]) {
        expect(await calls.verify(text, SIGNED, signed(SIGNED))).toBe(true);
        expect(await calls.verify(text, `${SIGNED}5`, signed(SIGNED))).toBe(false);
      }
    });

    test('a certificate verifies what OpenSSL signed with its key', async () => {
      for (const text of forms(fixture('gateway.pem')).filter((form) => form.includes('BEGIN'))) {
        expect(await calls.verify(text, SIGNED, SIGNATURE)).toBe(true);
        expect(await calls.verify(text, SIGNED.replace('12', '13'), SIGNATURE)).toBe(false);
      }
    });

    test('what is no key is refused, and not a byte of it is told', async () => {
      for (const text of ['', 'c2VjcmV0', 'my-secret-key', bare(ours.spki)])
        await expect(calls.sign(text, SIGNED)).rejects.toThrow(
          /^This is no RSA private key in PKCS#8 or PKCS#1\.$/,
        );
      for (const text of ['', 'c2VjcmV0', 'my-secret-key', bare(ours.pkcs8)])
        await expect(calls.verify(text, SIGNED, SIGNATURE)).rejects.toThrow(
          /^This is no RSA public key or certificate\.$/,
        );
    });

    test('broken signatures are refused, not thrown about', async () => {
      for (const signature of ['', '=', 'x', '!!!!', 'AAAA', SIGNATURE.slice(1), ` ${SIGNATURE}`])
        expect(await calls.verify(fixture('gateway.pem'), SIGNED, signature)).toBe(false);
    });
  });

  describe('certificates have the names that OpenSSL and md5sum gave them', () => {
    test('an app’s, and the gateway’s own', async () => {
      expect(await calls.certificateSerial(fixture('app.pem'))).toBe('4e2a67049d819caa318e1738e30e9615');
      expect(await calls.certificateSerial(fixture('gateway.pem'))).toBe('557d36258e7dc1c9ad62eb5a503dc5c7');
    });

    test('a bundle’s: its RSA roots in order, a Chinese name among them, the elliptic one left out', async () => {
      expect(await calls.rootSerial(fixture('roots.pem'))).toBe(
        'c79ce04fe3dcba275543309dd737b30a_6276b32cb5a6715ef8eb8e3324ce8337',
      );
    });
  });

  describe('Alipay', () => {
    const parameters = { b: '2', a: '茶 &=+%', empty: '', sign_type: 'RSA2', version: '1.0' };

    test('a call is signed over its sorted, unescaped, filled parameters', async () => {
      const text = await calls.orderString(parameters, ours.pkcs8);
      expect(text).toContain('a=%E8%8C%B6%20%26%3D%2B%25&b=2');
      const signature = signed('a=茶 &=+%&b=2&sign_type=RSA2&version=1.0');
      expect(new URLSearchParams(text).get('sign')).toBe(signature);
      expect(await calls.signedParameters(parameters, ours.pkcs1)).toEqual({
        ...parameters,
        sign: signature,
      });
    });

    test('a notice is believed as it was signed, and in no other form', async () => {
      const { sign_type: _, empty: __, ...notice } = parameters;
      const sent = {
        ...notice,
        sign: signed('a=茶 &=+%&b=2&version=1.0', provider.pkcs8),
        sign_type: 'RSA2',
      };
      const raw = new URLSearchParams(sent).toString();
      expect(await calls.verifiedNotice(raw, provider.spki)).toMatchObject({ a: '茶 &=+%', b: '2' });
      const bent = [
        raw.replace('b=2', 'b=3'),
        `${raw}&c=1`,
        `${raw}&b=2`,
        `b=2&${raw}`,
        raw.replace('b=2', ''),
        raw.replace(/sign=[^&]*/, 'sign='),
        raw.replace(/sign=[^&]*/, ''),
      ];
      for (const each of bent) expect(await calls.verifiedNotice(each, provider.spki), each).toBeNull();
      expect(await calls.verifiedNotice(raw, fixture('gateway.pem'))).toBeNull();
    });

    test('a notice in GBK is believed byte for byte', async () => {
      const subject = Buffer.from('bbe1d4b1b3e4d6b5', 'hex'); // 会员充值
      const text = Buffer.concat([
        Buffer.from('charset=GBK&subject='),
        subject,
        Buffer.from('&total_amount=0.01'),
      ]);
      const sent = { total_amount: '0.01', charset: 'GBK', sign_type: 'RSA2' };
      const signature = sign('sha256', text, provider.pkcs8).toString('base64');
      const raw = `subject=%BB%E1%D4%B1%b3%e4%d6%b5&${new URLSearchParams({ ...sent, sign: signature })}`;
      expect(await calls.verifiedNotice(raw, provider.spki)).toMatchObject(sent);
      for (const bent of [raw.replace('%BB', '%BC'), raw.replace('%BB%E1', '%EF%BF%BD')])
        expect(await calls.verifiedNotice(bent, provider.spki), bent).toBeNull();
    });

    test('a reply is believed letter for letter, escapes included', async () => {
      const environment = {
        ALIPAY_APP_ID: '2021',
        ALIPAY_SELLER_ID: '2088',
        ALIPAY_PRIVATE_KEY: ours.pkcs8,
        ALIPAY_PUBLIC_KEY: provider.spki,
      };
      const names = '"out_trade_no":"20261122x","trade_no":"20261"';
      const facts = `${names},"trade_status":"TRADE_SUCCESS","total_amount":"12.34"`;
      const raw = String.raw`{"code":"10000", "msg":"\u8336\/馆 \"}{\"",${facts}}`;
      // Alipay escapes the slashes of its base64, as JSON may.
      const signature = signed(raw, provider.pkcs8).replaceAll('/', '\\/');
      const reply = (object: string, name = 'alipay_trade_query_response') =>
        `{"${name}":${object},"sign":"${signature}"}`;
      const answer = (text: string) => calls.alipayAnswer(environment, text);
      expect(await calls.rawObject(reply(raw), 'alipay_trade_query_response')).toBe(raw);
      expect(await answer(reply(raw))).toEqual({ state: 'paid', tradeNo: '20261', amount: 1234 });
      const bent = [
        raw.replace('12.34', '92.34'),
        raw.replace(String.raw`\u8336`, '茶'),
        raw.replace('\\/', '/'),
        raw.replace(', ', ','),
        JSON.stringify(JSON.parse(raw)),
      ];
      for (const each of [...bent.map((object) => reply(object)), reply(raw, 'another'), raw, '', '{}'])
        await expect(answer(each), each).rejects.toThrow('not signed by Alipay');
    });
  });

  describe('WeChat Pay', () => {
    const signer = { mchId: '1900000001', serial: 'ABCDEF', key: ours.pkcs8 };
    const part = (header: string, name: string) => new RegExp(`${name}="([^"]*)"`).exec(header)?.[1] ?? '';

    test('a request is signed over method, path with query, time, nonce and body', async () => {
      const header = await calls.wechatAuthorization(
        signer,
        'GET',
        '/v3/x?mchid=1',
        '',
        1_700_000_000,
        'nonce',
      );
      expect(header).toMatch(/^WECHATPAY2-SHA256-RSA2048 mchid="1900000001",nonce_str="nonce",/);
      expect([part(header, 'timestamp'), part(header, 'serial_no')]).toEqual(['1700000000', 'ABCDEF']);
      const signature = part(header, 'signature');
      expect(verifies('GET\n/v3/x?mchid=1\n1700000000\nnonce\n\n', signature)).toBe(true);
      expect(verifies('GET\n/v3/x\n1700000000\nnonce\n\n', signature)).toBe(false);
      const body = '{"description":"茶馆"}';
      const posted = await calls.wechatAuthorization(signer, 'POST', '/v3/x', body, 1_700_000_000, 'nonce');
      expect(part(posted, 'signature')).toBe(signed(`POST\n/v3/x\n1700000000\nnonce\n${body}\n`));
    });

    test('an app call is signed over the bare prepay id', async () => {
      const signature = await calls.wechatAppSign(ours.pkcs8, 'wx1', 1_700_000_000, 'nonce', 'wx2026');
      expect(verifies('wx1\n1700000000\nnonce\nwx2026\n', signature)).toBe(true);
      expect(verifies('wx1\n1700000000\nnonce\nprepay_id=wx2026\n', signature)).toBe(false);
    });

    test('a message needs all four headers, a known serial, its own time and every byte', async () => {
      const now = 1_700_000_000;
      const headers = {
        'wechatpay-timestamp': String(now),
        'wechatpay-nonce': 'nonce',
        'wechatpay-serial': 'PUB_KEY_ID_1',
        'wechatpay-signature': signed(`${now}\nnonce\n{"茶":1}\n`, provider.pkcs8),
      };
      const keys = { PUB_KEY_ID_1: provider.spki };
      const problem = (changes: Readonly<Record<string, string>> = {}, raw = '{"茶":1}', at = now) =>
        calls.wechatMessageProblem(keys, { ...headers, ...changes }, raw, at);
      expect(await problem()).toBeNull();
      expect(await problem({}, '{"茶":1} ')).toBe('signature');
      expect(await problem({ 'wechatpay-nonce': 'other' })).toBe('signature');
      // WeChat sends such ones on purpose, to see that they are refused.
      expect(await problem({ 'wechatpay-signature': 'WECHATPAY/SIGNTEST/abc' })).toBe('signature');
      expect(await problem({ 'wechatpay-serial': 'other' })).toBe('unknown serial');
      for (const name of Object.keys(headers)) expect(await problem({ [name]: '' }), name).toBe('unsigned');
      const at = (seconds: number) => problem({}, '{"茶":1}', now + seconds);
      expect([await at(300), await at(-300)]).toEqual([null, null]);
      expect([await at(301), await at(-301)]).toEqual(['out of time', 'out of time']);
      expect(await problem({ 'wechatpay-timestamp': '1e9' })).toBe('out of time');
    });

    test('what WebCrypto sealed opens, and not when the key or a byte differs', async () => {
      const text = JSON.stringify({ description: '茶馆', amount: { total: 1234 } });
      const apiKey = 'abcdefghijklmnopqrstuvwxyz012345';
      const bytes = (value: string) => new TextEncoder().encode(value);
      const key = await crypto.subtle.importKey('raw', bytes(apiKey), 'AES-GCM', false, ['encrypt']);
      const [nonce, additional] = ['0123456789ab', 'transaction'];
      const algorithm = { name: 'AES-GCM', iv: bytes(nonce), additionalData: bytes(additional) };
      const sealed = Buffer.from(await crypto.subtle.encrypt(algorithm, key, bytes(text)));
      const resource = (changes: object = {}) => ({
        algorithm: 'AEAD_AES_256_GCM',
        nonce,
        associated_data: additional,
        ciphertext: sealed.toString('base64'),
        ...changes,
      });
      expect(await calls.openWechatResource(apiKey, resource())).toBe(text);
      const bent = Buffer.from(sealed);
      bent[3] = (bent[3] ?? 0) ^ 1;
      for (const changes of [
        { nonce: '0123456789ac' },
        { associated_data: '' },
        { ciphertext: bent.toString('base64') },
        { ciphertext: sealed.subarray(0, -1).toString('base64') },
      ])
        await expect(calls.openWechatResource(apiKey, resource(changes))).rejects.toThrow();
      await expect(calls.openWechatResource(apiKey.toUpperCase(), resource())).rejects.toThrow();
    });

    test('a sealed resource opens with a key of 32 bytes alone', async () => {
      const resource = { algorithm: 'AEAD_AES_256_GCM', nonce: 'n'.repeat(12), ciphertext: 'AAAA' };
      const opened = (key: string, changes = {}) =>
        calls.openWechatResource(key, { ...resource, ...changes });
      await expect(opened('k'.repeat(16))).rejects.toThrow('32 bytes');
      await expect(opened('k'.repeat(32))).rejects.toThrow('too short');
      await expect(opened('k'.repeat(32), { algorithm: 'NONE' })).rejects.toThrow('algorithm');
    });
  });
});
