import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BadConfig, readConfig } from '../../src/config.ts';
import { alipayAccount, wechatAccount } from '../../src/platform/payments/accounts.ts';
import { orderString, signedParameters, verifiedNotice } from '../../src/platform/payments/alipay-signing.ts';
import { certificateSerial, rootSerial } from '../../src/platform/payments/certificates.ts';
import { openPayments } from '../../src/platform/payments/open.ts';
import { privateKey, publicKey, rsaSign, rsaVerify } from '../../src/platform/payments/rsa.ts';
import {
  openWechatResource,
  wechatAppSign,
  wechatAuthorization,
  wechatMessageProblem,
} from '../../src/platform/payments/wechat-signing.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { HeldClock } from '../support/app.ts';

const fixture = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8');
const bare = (pem: string) => pem.replace(/-----[^-]+-----|\s/g, '');
/** As somebody pastes a file into a setting of one line. */
const oneLine = (pem: string) => pem.replaceAll('\n', '\\n');

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pkcs8 = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const pkcs1 = pair.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
const spki = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const publicPkcs1 = pair.publicKey.export({ type: 'pkcs1', format: 'pem' }).toString();
const provider = generateKeyPairSync('rsa', { modulusLength: 2048 });
const providerSpki = provider.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
const weakKey = bare(weak.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
const weakPublic = bare(weak.publicKey.export({ type: 'spki', format: 'pem' }).toString());

/** Made once with OpenSSL over the key of the certificate `gateway.pem`. */
const SIGNED = '茶馆=开&amount=12.34';
const SIGNATURE = fixture('gateway-signature.txt').trim();

const forms = (pem: string) => [pem, bare(pem), oneLine(pem), ` ${pem}\n\n`, pem.replaceAll('\n', '\r\n')];

describe('keys in every form in which consoles hand them out', () => {
  test('PKCS#8 and PKCS#1 private keys sign the same', () => {
    const expected = rsaSign(pair.privateKey, SIGNED);
    for (const text of [...forms(pkcs8), ...forms(pkcs1)])
      expect(rsaSign(privateKey(text), SIGNED)).toBe(expected);
  });

  test('SPKI and PKCS#1 public keys verify the same', () => {
    const signature = rsaSign(pair.privateKey, SIGNED);
    for (const text of [...forms(spki), ...forms(publicPkcs1)]) {
      expect(rsaVerify(publicKey(text), SIGNED, signature)).toBe(true);
      expect(rsaVerify(publicKey(text), `${SIGNED}5`, signature)).toBe(false);
    }
  });

  test('a certificate verifies what OpenSSL signed with its key', () => {
    for (const text of [fixture('gateway.pem'), oneLine(fixture('gateway.pem'))]) {
      expect(rsaVerify(publicKey(text), SIGNED, SIGNATURE)).toBe(true);
      expect(rsaVerify(publicKey(text), SIGNED.replace('12', '13'), SIGNATURE)).toBe(false);
    }
  });

  test('what is no key is refused, and not a byte of it is told', () => {
    for (const text of ['', 'c2VjcmV0', 'my-secret-key', bare(spki)])
      expect(() => privateKey(text)).toThrow('This is no RSA private key in PKCS#8 or PKCS#1.');
    for (const text of ['', 'c2VjcmV0', 'my-secret-key', bare(pkcs8)])
      expect(() => publicKey(text)).toThrow('This is no RSA public key or certificate.');
  });

  test('broken signatures are refused, not thrown about', () => {
    for (const signature of ['', '=', 'x', '!!!!', 'AAAA', SIGNATURE.slice(1), ` ${SIGNATURE}`])
      expect(rsaVerify(publicKey(fixture('gateway.pem')), SIGNED, signature)).toBe(false);
  });
});

describe('certificates have the names that OpenSSL and md5sum gave them', () => {
  test('an app’s, and the gateway’s own', () => {
    expect(certificateSerial(fixture('app.pem'))).toBe('4e2a67049d819caa318e1738e30e9615');
    expect(certificateSerial(fixture('gateway.pem'))).toBe('557d36258e7dc1c9ad62eb5a503dc5c7');
  });

  test('a bundle’s: its RSA roots in order, a Chinese name among them, the elliptic one left out', () => {
    expect(rootSerial(fixture('roots.pem'))).toBe(
      'c79ce04fe3dcba275543309dd737b30a_6276b32cb5a6715ef8eb8e3324ce8337',
    );
  });
});

describe('what we sign', () => {
  const parameters = { b: '2', a: '茶 &=+%', empty: '', sign_type: 'RSA2', version: '1.0' };

  test('an Alipay call verifies over its sorted, unescaped, filled parameters', () => {
    const sent = new URLSearchParams(orderString(parameters, pair.privateKey));
    const text = 'a=茶 &=+%&b=2&sign_type=RSA2&version=1.0';
    expect(rsaVerify(pair.publicKey, text, sent.get('sign') ?? '')).toBe(true);
    expect(orderString(parameters, pair.privateKey)).toContain('a=%E8%8C%B6%20%26%3D%2B%25&b=2');
  });

  test('an Alipay notice is believed as it was signed, and in no other form', () => {
    const { sign_type: _, ...notice } = parameters;
    const raw = new URLSearchParams({ ...signedParameters(notice, pair.privateKey), sign_type: 'RSA2' });
    expect(verifiedNotice(raw.toString(), pair.publicKey)).toMatchObject({ a: '茶 &=+%', b: '2' });
    const bent = [
      raw.toString().replace('b=2', 'b=3'),
      `${raw}&c=1`,
      `${raw}&b=2`,
      `b=2&${raw}`,
      raw.toString().replace('b=2', ''),
      raw.toString().replace(/sign=[^&]*/, 'sign='),
      raw.toString().replace(/sign=[^&]*/, ''),
    ];
    for (const each of bent) expect(verifiedNotice(each, pair.publicKey), each).toBeUndefined();
    expect(verifiedNotice(raw.toString(), publicKey(fixture('gateway.pem')))).toBeUndefined();
  });

  const signer = { mchId: '1900000001', serial: 'ABCDEF', key: pair.privateKey };
  const part = (header: string, name: string) => new RegExp(`${name}="([^"]*)"`).exec(header)?.[1] ?? '';

  test('a WeChat Pay request verifies over method, path with query, time, nonce and body', () => {
    const header = wechatAuthorization(signer, 'GET', '/v3/x?mchid=1', '', 1_700_000_000, 'nonce');
    expect(header).toMatch(/^WECHATPAY2-SHA256-RSA2048 mchid="1900000001",nonce_str="nonce",/);
    const verifies = (text: string) => rsaVerify(pair.publicKey, text, part(header, 'signature'));
    expect(verifies('GET\n/v3/x?mchid=1\n1700000000\nnonce\n\n')).toBe(true);
    expect(verifies('GET\n/v3/x\n1700000000\nnonce\n\n')).toBe(false);
  });

  test('a WeChat app call verifies over the bare prepay id', () => {
    const sign = wechatAppSign(pair.privateKey, 'wx1', 1_700_000_000, 'nonce', 'wx2026');
    expect(rsaVerify(pair.publicKey, 'wx1\n1700000000\nnonce\nwx2026\n', sign)).toBe(true);
    expect(rsaVerify(pair.publicKey, 'wx1\n1700000000\nnonce\nprepay_id=wx2026\n', sign)).toBe(false);
  });

  test('a WeChat message needs all four headers, a known serial, its own time and every byte', () => {
    const now = 1_700_000_000;
    const headers = {
      'wechatpay-timestamp': String(now),
      'wechatpay-nonce': 'nonce',
      'wechatpay-serial': 'PUB_KEY_ID_1',
      'wechatpay-signature': rsaSign(pair.privateKey, `${now}\nnonce\n{}\n`),
    };
    const keys = new Map([['PUB_KEY_ID_1', pair.publicKey]]);
    const problem = (changes: Readonly<Record<string, string>> = {}, raw = '{}', at = now) =>
      wechatMessageProblem(keys, new Headers({ ...headers, ...changes }), raw, at);
    expect(problem()).toBeUndefined();
    expect(problem({}, '{} ')).toBe('signature');
    expect(problem({ 'wechatpay-nonce': 'other' })).toBe('signature');
    // WeChat sends such ones on purpose, to see that they are refused.
    expect(problem({ 'wechatpay-signature': 'WECHATPAY/SIGNTEST/abc' })).toBe('signature');
    expect(problem({ 'wechatpay-serial': 'other' })).toBe('unknown serial');
    for (const name of Object.keys(headers)) expect(problem({ [name]: '' }), name).toBe('unsigned');
    expect([problem({}, '{}', now + 300), problem({}, '{}', now - 300)]).toEqual([undefined, undefined]);
    expect([problem({}, '{}', now + 301), problem({}, '{}', now - 301)]).toEqual([
      'out of time',
      'out of time',
    ]);
    expect(problem({ 'wechatpay-timestamp': '1e9' })).toBe('out of time');
  });

  test('a sealed resource opens with a key of 32 bytes alone', () => {
    const resource = { algorithm: 'AEAD_AES_256_GCM', nonce: 'n'.repeat(12), ciphertext: 'AAAA' };
    expect(() => openWechatResource('k'.repeat(16), resource)).toThrow('32 bytes');
    expect(() => openWechatResource('k'.repeat(32), resource)).toThrow('too short');
    expect(() => openWechatResource('k'.repeat(32), { ...resource, algorithm: 'NONE' })).toThrow();
  });
});

const ALIPAY = {
  ALIPAY_APP_ID: '2021',
  ALIPAY_SELLER_ID: '2088',
  ALIPAY_PRIVATE_KEY: bare(pkcs1),
  ALIPAY_PUBLIC_KEY: bare(providerSpki),
};
const WECHAT = {
  WXPAY_APP_ID: 'wx1',
  WXPAY_MCH_ID: '1900000001',
  WXPAY_SERIAL: 'ABCDEF',
  WXPAY_PRIVATE_KEY: pkcs8,
  WXPAY_API_V3_KEY: 'k'.repeat(32),
  WXPAY_PUBLIC_KEY: providerSpki,
  WXPAY_PUBLIC_KEY_ID: 'PUB_KEY_ID_1',
};
const CERTIFICATES = {
  ALIPAY_APP_CERT: oneLine(fixture('app.pem')),
  ALIPAY_CERT: fixture('gateway.pem'),
  ALIPAY_ROOT_CERT: fixture('roots.pem'),
};

describe('the settings', () => {
  const problems = (environment: Readonly<Record<string, string>>): string => {
    try {
      readConfig(environment);
      return '';
    } catch (error) {
      if (error instanceof BadConfig) return error.message;
      throw error;
    }
  };

  test('make the accounts, with notices to our own address', () => {
    const config = readConfig({ ...ALIPAY, ...WECHAT });
    expect(alipayAccount(config, 'https://im.example.com')).toMatchObject({
      appId: '2021',
      gateway: 'https://openapi.alipay.com/gateway.do',
      notifyUrl: 'https://im.example.com/wallet/alipayNotify',
    });
    expect(wechatAccount(config, 'https://im.example.com')).toMatchObject({
      gateway: 'https://api.mch.weixin.qq.com',
      notifyUrl: 'https://im.example.com/wallet/wxpayNotify',
    });
    expect([alipayAccount(readConfig({}), ''), wechatAccount(readConfig({}), '')]).toEqual([
      undefined,
      undefined,
    ]);
  });

  test('take Alipay’s certificates in place of its public key', () => {
    const { ALIPAY_PUBLIC_KEY: _, ...rest } = ALIPAY;
    const account = alipayAccount(readConfig({ ...rest, ...CERTIFICATES }), '');
    expect(account?.certificates?.app).toBe('4e2a67049d819caa318e1738e30e9615');
    expect(account?.certificates?.root).toMatch(/^c79ce04f[0-9a-f]+_6276b32c/);
    expect(account && rsaVerify(account.gatewayKey, SIGNED, SIGNATURE)).toBe(true);
  });

  test('take WeChat Pay’s platform certificate under its own serial number', () => {
    const { WXPAY_PUBLIC_KEY_ID: _, ...rest } = WECHAT;
    const config = readConfig({ ...rest, WXPAY_PUBLIC_KEY: fixture('gateway.pem') });
    expect([...(wechatAccount(config, '')?.gatewayKeys.keys() ?? [])]).toEqual([
      '4EC052E763558454C3EE130AFCFEDE58',
    ]);
  });

  test.each([...Object.keys(ALIPAY), ...Object.keys(WECHAT).filter((name) => !name.endsWith('KEY_ID'))])(
    'without %s do not start',
    (name) => expect(problems({ ...ALIPAY, ...WECHAT, [name]: '' })).toContain(`${name} must be set`),
  );

  test.each([
    [{ ALIPAY_PRIVATE_KEY: 'my-secret' }, 'ALIPAY_PRIVATE_KEY'],
    [{ ALIPAY_PRIVATE_KEY: weakKey }, 'ALIPAY_PRIVATE_KEY: The key must have at least 2048 bits.'],
    [{ ALIPAY_PUBLIC_KEY: weakPublic }, 'ALIPAY_PUBLIC_KEY: The key must have at least 2048 bits.'],
    [{ ...CERTIFICATES, ALIPAY_APP_CERT: 'my-secret' }, 'ALIPAY_APP_CERT: This is no certificate.'],
    [{ ALIPAY_PUBLIC_KEY: bare(spki) }, 'ALIPAY_PUBLIC_KEY: This is the merchant’s own key'],
    [{ WXPAY_PUBLIC_KEY: bare(pkcs8) }, 'WXPAY_PUBLIC_KEY: This is no RSA public key'],
    [{ ALIPAY_CERT: fixture('gateway.pem') }, 'ALIPAY_APP_CERT must be set'],
    [{ WXPAY_API_V3_KEY: 'k'.repeat(16) }, 'WXPAY_API_V3_KEY: The key must have 32 bytes.'],
    [{ WXPAY_PRIVATE_KEY: 'my-secret' }, 'WXPAY_PRIVATE_KEY'],
    [{ WXPAY_PUBLIC_KEY_ID: '' }, 'WXPAY_PUBLIC_KEY_ID'],
    [{ ALIPAY_GATEWAY: 'ftp://x' }, 'ALIPAY_GATEWAY'],
  ])('of which one is unusable do not start (%#)', (changes, problem) => {
    const said = problems({ ...ALIPAY, ...WECHAT, ...changes });
    expect(said).toContain(problem);
    expect(said).not.toContain('my-secret');
  });

  test('decide who is asked: the account that they name, else whoever stands in', async () => {
    const sent: string[] = [];
    const fetch = async (url: string) => {
      sent.push(url);
      return new Response('{}', { status: 500 });
    };
    const tools = { clock: new HeldClock(), random: systemRandom, fetch };
    const payments = openPayments(readConfig(WECHAT), 'https://im.example.com', tools);
    expect(await payments('alipay')).toBeUndefined();
    const gateway = await payments('wxpay');
    await expect(gateway?.query('20261122x')).rejects.toThrow('500');
    expect(sent).toEqual([
      'https://api.mch.weixin.qq.com/v3/pay/transactions/out-trade-no/20261122x?mchid=1900000001',
    ]);
    expect(await payments('wxpay')).toBe(gateway);
  });
});
