import { afterAll, describe, expect, test } from 'vitest';
import { returnPayout, settlePayout } from '../../../src/features/payouts/end.ts';
import { waitingPayouts } from '../../../src/features/payouts/list.ts';
import { hardestAdapters } from '../../support/adapters.ts';
import { person, testApp } from '../../support/app.ts';
import { expectBalancedBooks, PAY_PASSWORD, smsCodeOf } from '../../support/money.ts';
import { startSqld } from '../../support/sqld.ts';

const sqld = await startSqld();
const adapters = hardestAdapters(sqld);
afterAll(async () => {
  for (const adapter of adapters) adapter.dispose();
  await sqld?.stop();
});

describe.each(adapters.map((each) => [each.name, each] as const))('on %s', (_, adapter) => {
  test('a wallet’s life: pay password, recharge, card, withdrawals that race, one settled, one returned', async () => {
    const executor = await adapter.openMigrated();
    try {
      const app = await testApp({ executor });
      const li = await person(app);
      const validateNum = await smsCodeOf(app, li);
      expect(await li.call('/pay/setPayPwd', { pwd: PAY_PASSWORD, validateNum })).toMatchObject({
        code: '1',
      });
      expect((await li.call('/wallet/recharge', { amount: '10.00' })).code).toBe('1');
      expect((await li.call('/wallet/bindingCard', { cardNo: '6214830202117965' })).code).toBe('1');
      const withdraw = (payPwd: string) => li.call('/wallet/withdraw', { amount: '4.00', payPwd });
      const right = await Promise.all(Array.from({ length: 6 }, () => withdraw(PAY_PASSWORD)));
      expect(right.filter(({ code }) => code === '1')).toHaveLength(2);
      const wrong = await Promise.all(Array.from({ length: 12 }, () => withdraw('999999')));
      expect(wrong.filter(({ data }) => data.info === '支付密码不正确')).toHaveLength(5);
      expect(await withdraw(PAY_PASSWORD)).toMatchObject({
        data: { info: '密码错误次数过多，请稍后再试' },
      });
      const [first, second] = await waitingPayouts(app.platform);
      if (!first || !second) throw new Error('Two payouts should wait.');
      const ends = await Promise.all([
        settlePayout(app.platform, first.id),
        returnPayout(app.platform, first.id),
        returnPayout(app.platform, second.id),
      ]);
      expect(ends.filter(Boolean)).toHaveLength(2);
      const types = (await li.call('/wallet/getWalletHistory')).data.map(
        (bill: { moneyType: string }) => bill.moneyType,
      );
      expect(types).toEqual(ends[1] ? ['15', '15', '2', '2', '1'] : ['15', '2', '2', '1']);
      expect((await li.call('/wallet/getBalance')).data).toBe(ends[1] ? '10.00' : '6.00');
      await expectBalancedBooks(app);
    } finally {
      await executor.close();
      await adapter.reset();
    }
  });
});
