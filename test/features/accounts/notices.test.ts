import { describe, expect } from 'vitest';
import type { PayoutId } from '../../../src/core/ids.ts';
import { returnPayout, settlePayout } from '../../../src/features/payouts/end.ts';
import { noticeOf, PUSHED_TYPES } from '../../../src/realtime/push/text.ts';
import { appTest } from '../../support/app-test.ts';
import { cardNumberFrom, smsCodeOf } from '../../support/money.ts';

const test = appTest().extend(
  'told',
  ({ li }) =>
    async (who = li) =>
      (await who.events()).filter(({ type }) => type === 68).map(({ content }) => JSON.parse(content).kind),
);

describe('the owner of an account hears of', () => {
  test('a new card, and not of one that was refused', async ({ li, wang, told }) => {
    const cardNo = cardNumberFrom('622202', 19);
    await li.call('/wallet/bindingCard', { cardNo });
    expect((await li.call('/wallet/bindingCard', { cardNo })).code).toBe('-1');
    expect(await told()).toEqual(['cardBound']);
    expect(await told(wang)).toEqual([]);
  });

  test('a new pay password, and not of one that was refused', async ({ app, li, told }) => {
    const code = await smsCodeOf(app, li);
    await li.call('/pay/setPayPwd', { pwd: '135790', validateNum: code === '000000' ? '111111' : '000000' });
    expect(await told()).toEqual([]);
    await li.call('/pay/setPayPwd', { pwd: '135790', validateNum: code });
    expect(await told()).toEqual([]);
    await li.call('/pay/setPayPwd', { pwd: '246801', validateNum: await smsCodeOf(app, li) });
    const again = await smsCodeOf(app, li);
    expect((await li.call('/pay/setPayPwd', { pwd: '246801', validateNum: again })).code).toBe('-1');
    expect(await told()).toEqual(['payPasswordChanged']);
  });

  test('a new password, and not of a wrong code', async ({ app, li, wang, told }) => {
    const code = await smsCodeOf(app, li);
    const reset = { mobile: li.mobile, pwd: 'fresh1' };
    await app.call('/chat/findPwd', { ...reset, validateNum: code === '000000' ? '111111' : '000000' });
    expect(await told()).toEqual([]);
    await app.call('/chat/findPwd', { ...reset, validateNum: code });
    expect(await told()).toEqual(['passwordChanged']);
    expect(await told(wang)).toEqual([]);
  });

  test('a payout, each time that its state changes', async ({ app, li, told }) => {
    await li.call('/wallet/recharge', { amount: '10.00' });
    const payoutOf = async () => Number((await app.sql('SELECT max(id) FROM payouts'))[0]?.[0]) as PayoutId;
    await li.call('/wallet/withdraw', { amount: '1.00' });
    await settlePayout(app.platform, await payoutOf());
    app.clock.advance(1);
    await li.call('/wallet/withdraw', { amount: '2.00' });
    await returnPayout(app.platform, await payoutOf());
    await returnPayout(app.platform, await payoutOf());
    await li.call('/wallet/withdraw', { amount: '2000.00' });
    const kinds = ['payoutRequested', 'payoutSettled', 'payoutRequested', 'payoutReturned'];
    expect(await told()).toEqual(kinds);
  });
});

test('phones show what it says, as from the app', async ({ li }) => {
  await li.call('/wallet/bindingCard', { cardNo: cardNumberFrom('622202', 19) });
  const [event] = await li.events();
  if (!event) throw new Error('Nobody was told.');
  expect(PUSHED_TYPES).toContain(event.type);
  const notice = noticeOf(
    { ...event, fromId: event.from, destId: event.dest, fromName: '李', groupName: null },
    '茶馆',
  );
  expect(notice.title).toBe('茶馆');
  expect(notice.body).toContain('您的账号绑定了新的银行卡');
});
