import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../../src/config.ts';
import { systemRandom } from '../../../src/core/random.ts';
import { openPayments } from '../../../src/platform/payments/open.ts';
import { HeldClock } from '../../support/app.ts';
import { type Home, homes } from '../../support/homes.ts';
import { bare, fixture, newPair, oneLine } from '../../support/payment-keys.ts';

const ours = newPair();
const provider = newPair();
const weak = newPair(1024);

const ALIPAY = {
  ALIPAY_APP_ID: '2021',
  ALIPAY_SELLER_ID: '2088',
  ALIPAY_PRIVATE_KEY: bare(ours.pkcs1),
  ALIPAY_PUBLIC_KEY: bare(provider.spki),
};
const WECHAT = {
  WXPAY_APP_ID: 'wx1',
  WXPAY_MCH_ID: '1900000001',
  WXPAY_SERIAL: 'ABCDEF',
  WXPAY_PRIVATE_KEY: ours.pkcs8,
  WXPAY_API_V3_KEY: 'k'.repeat(32),
  WXPAY_PUBLIC_KEY: provider.spki,
  WXPAY_PUBLIC_KEY_ID: 'PUB_KEY_ID_1',
};
const CERTIFICATES = {
  ALIPAY_APP_CERT: oneLine(fixture('app.pem')),
  ALIPAY_CERT: fixture('gateway.pem'),
  ALIPAY_ROOT_CERT: fixture('roots.pem'),
};

describe.each(homes)('the settings %s', (_, open) => {
  let home: Home;
  beforeAll(async () => {
    home = await open();
  });
  afterAll(() => home.stop());

  test('make the accounts, with notices to our own address', async () => {
    expect(await home.calls.accounts({ ...ALIPAY, ...WECHAT }, 'https://im.example.com')).toEqual({
      alipay: {
        appId: '2021',
        gateway: 'https://openapi.alipay.com/gateway.do',
        notifyUrl: 'https://im.example.com/wallet/alipayNotify',
      },
      wxpay: {
        gateway: 'https://api.mch.weixin.qq.com',
        notifyUrl: 'https://im.example.com/wallet/wxpayNotify',
        serials: ['PUB_KEY_ID_1'],
      },
    });
    expect(await home.calls.accounts({}, '')).toEqual({});
  });

  test('take Alipay’s certificates in place of its public key', async () => {
    const { ALIPAY_PUBLIC_KEY: _, ...rest } = ALIPAY;
    const { alipay } = await home.calls.accounts({ ...rest, ...CERTIFICATES }, '');
    expect(alipay?.certificates).toEqual({
      app: '4e2a67049d819caa318e1738e30e9615',
      root: 'c79ce04fe3dcba275543309dd737b30a_6276b32cb5a6715ef8eb8e3324ce8337',
    });
  });

  test('take WeChat Pay’s platform certificate under its own serial number', async () => {
    const { WXPAY_PUBLIC_KEY_ID: _, ...rest } = WECHAT;
    for (const certificate of [fixture('gateway.pem'), oneLine(fixture('gateway.pem'))]) {
      const { wxpay } = await home.calls.accounts({ ...rest, WXPAY_PUBLIC_KEY: certificate }, '');
      expect(wxpay?.serials).toEqual(['4EC052E763558454C3EE130AFCFEDE58']);
    }
  });

  test.each([...Object.keys(ALIPAY), ...Object.keys(WECHAT).filter((name) => !name.endsWith('KEY_ID'))])(
    'without %s do not start',
    async (name) => {
      const problem = await home.calls.settingsProblem({ ...ALIPAY, ...WECHAT, [name]: '' });
      expect(problem).toContain(`${name} must be set`);
    },
  );

  test.each([
    [{ ALIPAY_PRIVATE_KEY: 'my-secret' }, 'ALIPAY_PRIVATE_KEY'],
    [{ ALIPAY_PRIVATE_KEY: weak.pkcs8 }, 'ALIPAY_PRIVATE_KEY: The key must have at least 2048 bits.'],
    [{ ALIPAY_PUBLIC_KEY: weak.spki }, 'ALIPAY_PUBLIC_KEY: The key must have at least 2048 bits.'],
    [{ ...CERTIFICATES, ALIPAY_APP_CERT: 'my-secret' }, 'ALIPAY_APP_CERT: This is no certificate.'],
    [
      { ...CERTIFICATES, ALIPAY_ROOT_CERT: 'my-secret' },
      'ALIPAY_ROOT_CERT: There is no RSA root certificate.',
    ],
    [{ ALIPAY_PUBLIC_KEY: bare(ours.spki) }, 'ALIPAY_PUBLIC_KEY: This is the merchant’s own key'],
    [{ WXPAY_PUBLIC_KEY: bare(ours.pkcs8) }, 'WXPAY_PUBLIC_KEY: This is no RSA public key'],
    [{ ALIPAY_CERT: fixture('gateway.pem') }, 'ALIPAY_APP_CERT must be set'],
    [{ WXPAY_API_V3_KEY: 'k'.repeat(16) }, 'WXPAY_API_V3_KEY: The key must have 32 bytes.'],
    [{ WXPAY_PRIVATE_KEY: 'my-secret' }, 'WXPAY_PRIVATE_KEY'],
    [{ WXPAY_PUBLIC_KEY_ID: '' }, 'WXPAY_PUBLIC_KEY_ID'],
    [{ ALIPAY_GATEWAY: 'ftp://x' }, 'ALIPAY_GATEWAY'],
  ])('of which one is unusable do not start (%#)', async (changes, problem) => {
    const said = await home.calls.settingsProblem({ ...ALIPAY, ...WECHAT, ...changes });
    expect(said).toContain(problem);
    expect(said).not.toMatch(/my-secret|6d ?79/);
  });
});

test('the settings decide who is asked: the account that they name, else whoever stands in', async () => {
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
