import { expect, test } from 'vitest';
import { readConfig } from '../../../src/config.ts';
import { fen } from '../../../src/core/fen.ts';
import { transferScene } from '../../../src/platform/payments/accounts.ts';
import { openPayouts } from '../../../src/platform/payments/open.ts';
import { HeldClock } from '../../support/app.ts';
import { gatewayPair, merchantPair } from '../../support/faulty-notice.ts';
import { fixture } from '../../support/payment-keys.ts';
import { PRODUCTION } from '../../support/production-settings.ts';
import { signing } from '../../support/signing.ts';

const keyless = {
  ALIPAY_APP_ID: '2021',
  ALIPAY_SELLER_ID: '2088',
  ALIPAY_PRIVATE_KEY: merchantPair.pkcs8,
};
const ALIPAY = { ...keyless, ALIPAY_PUBLIC_KEY: gatewayPair.spki };
const CERTIFICATES = {
  ALIPAY_APP_CERT: fixture('app.pem'),
  ALIPAY_CERT: fixture('gateway.pem'),
  ALIPAY_ROOT_CERT: fixture('roots.pem'),
};
const CERTIFIED = { ...keyless, ...CERTIFICATES, WITHDRAW_PROVIDER: 'alipay' };
test.each([
  [{ WITHDRAW_PROVIDER: 'alipay' }, ''],
  [{ ...PRODUCTION, ...CERTIFIED }, ''],
  [{ ...CERTIFIED, WITHDRAW_SCENE: '业务结算', WITHDRAW_SCENE_INFO: '结算说明=提现, 用途=a=b' }, ''],
  [{ ...PRODUCTION, WITHDRAW_PROVIDER: 'alipay' }, 'needs the account at Alipay'],
  [{ ...PRODUCTION, ...ALIPAY, WITHDRAW_PROVIDER: 'alipay' }, 'needs certificate mode'],
  [{ ...PRODUCTION, ...CERTIFIED, ALIPAY_ROOT_CERT: '' }, 'ALIPAY_ROOT_CERT must be set'],
  [{ ...ALIPAY, WITHDRAW_PROVIDER: 'alipay' }, ''],
  [{ WITHDRAW_PROVIDER: 'paypal' }, 'WITHDRAW_PROVIDER'],
  [{ WITHDRAW_SCENE: 'x', WITHDRAW_SCENE_INFO: '结算说明' }, 'WITHDRAW_SCENE_INFO must be pairs'],
  [{ WITHDRAW_SCENE: 'x', WITHDRAW_SCENE_INFO: '=提现' }, 'WITHDRAW_SCENE_INFO must be pairs'],
  [{ WITHDRAW_SCENE: 'x', WITHDRAW_SCENE_INFO: '结算说明= ' }, 'WITHDRAW_SCENE_INFO must be pairs'],
  [{ WITHDRAW_SCENE_INFO: '结算说明=提现' }, 'WITHDRAW_SCENE must be set'],
])('let Alipay pay withdrawals only as it can (%#)', (environment, problem) => {
  const said = signing.settingsProblem(environment);
  if (problem) expect(said).toContain(problem);
  else expect(said).toBe('');
});

test('name what is declared about transfers', () => {
  const settings = { WITHDRAW_SCENE: '业务结算', WITHDRAW_SCENE_INFO: '结算说明=提现, 用途=a=b' };
  expect(transferScene(readConfig(settings))).toEqual({
    name: '业务结算',
    infos: [
      ['结算说明', '提现'],
      ['用途', 'a=b'],
    ],
  });
});

test('open who pays out: the account in certificate mode, or nobody; and in a sandbox never a real one', async () => {
  const sent: string[] = [];
  const fetch = async (url: string) => {
    sent.push(url);
    return new Response('{}', { status: 500 });
  };
  const tools = { clock: new HeldClock(), fetch };
  const playing = () => Promise.reject(new Error('The sandbox was asked.'));
  const open = (environment: Readonly<Record<string, string>>) =>
    openPayouts(readConfig(environment), tools, playing)('alipay');
  const real = await open({ ...PRODUCTION, ...CERTIFIED });
  await expect(real?.query('payout1', fen(1))).rejects.toThrow('not signed');
  expect(sent).toEqual(['https://openapi.alipay.com/gateway.do']);
  expect(await open({ ...PRODUCTION, ...ALIPAY })).toBeUndefined();
  expect(await open(PRODUCTION)).toBeUndefined();
  for (const environment of [CERTIFIED, ALIPAY, {}])
    await expect(open(environment)).rejects.toThrow('The sandbox was asked.');
  expect(sent).toHaveLength(1);
});
