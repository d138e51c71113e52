import { beforeAll, describe, expect, test } from 'vitest';
import { expectRefusal, newPerson, type Person, send } from './support/client.ts';

let me: Person;
beforeAll(async () => {
  me = await newPerson();
});

const order = async (type: string, amount = '8.88'): Promise<string> => {
  const params = { amount, body: '', subject: '充值', type, orderType: 0 };
  const { code, data } = await me.call('/wallet/createRechargeOrder', params);
  expect(code).toBe('1');
  return data.outTradeNo;
};
const payPage = async (outTradeNo: string, method = 'GET') => {
  const response = await send(`/sandbox/pay/${outTradeNo}`, { method });
  return response.text();
};
const fen = async () => Math.round(Number((await me.call('/wallet/getBalance')).data) * 100);

describe.each(['alipay', 'wxpay'])('with %s', (type) => {
  test('a recharge is ordered, paid on the sandbox’s page, and in the wallet', async () => {
    const before = await fen();
    const outTradeNo = await order(type);
    expect(await payPage(outTradeNo)).toContain('8.88');
    expect(await payPage(outTradeNo, 'POST')).toContain('支付成功');
    expect(await fen()).toBe(before + 888);
    expectRefusal(await me.call('/wallet/cancelOrder', { outTradeNo, type }), -1);
  });

  test('a cancelled order cannot be paid', async () => {
    const before = await fen();
    const outTradeNo = await order(type);
    await payPage(outTradeNo);
    expect(await me.call('/wallet/cancelOrder', { outTradeNo, type })).toMatchObject({
      code: '1',
      data: { info: '支付已取消' },
    });
    expect(await payPage(outTradeNo, 'POST')).toContain('订单已关闭');
    expect(await fen()).toBe(before);
  });
});

test('what is no notice is not believed, in the words of each provider', async () => {
  const alipay = await send('/wallet/alipayNotify', { method: 'POST', body: 'trade_status=TRADE_SUCCESS' });
  expect(await alipay.text()).toBe('failure');
  const wxpay = await send('/wallet/wxpayNotify', { method: 'POST', body: '{}' });
  expect([wxpay.status, await wxpay.json()]).toEqual([401, { code: 'FAIL', message: '失败' }]);
});
