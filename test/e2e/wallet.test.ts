import { describe, expect, test } from 'vitest';
import { expectRefusal, newPerson, type Person, smsCode } from './support/client.ts';

const balanceOf = async (who: Person) => (await who.call('/wallet/getBalance')).data;
const recharge = (who: Person, amount: string, key?: string) =>
  who.call('/wallet/recharge', { amount }, key ? { headers: { 'idempotency-key': key } } : {});

/** A card number that can exist: the last digit is its check digit (Luhn). */
function cardNumber(): string {
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
  const digits = `621483${String(random % 1_000_000_000).padStart(9, '0')}`;
  const sum = [...digits].reverse().reduce((total, digit, i) => {
    const value = Number(digit) * (i % 2 === 0 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}

describe('a wallet', () => {
  test('begins empty, and takes what is put into it, once a key', async () => {
    const me = await newPerson();
    expect(await balanceOf(me)).toBe('0.00');
    expect(await recharge(me, '88.80')).toMatchObject({ code: '1' });
    const key = `recharge-${me.id}`;
    await Promise.all(Array.from({ length: 10 }, () => recharge(me, '1.00', key)));
    expect((await recharge(me, '1.00', key)).headers.get('idempotency-replayed')).toBe('true');
    expect(await balanceOf(me)).toBe('89.80');
    const { data } = await me.call('/wallet/getWalletHistory');
    expect(data).toMatchObject([
      { amount: '1.00', moneyType: '1', moneyDirect: '1' },
      { amount: '88.80', moneyType: '1', moneyDirect: '1' },
    ]);
  });

  test.each(['0', '-1', '1.234', '1e3', 'NaN', '', '99999999999'])(
    'takes no amount of %j',
    async (amount) => {
      const me = await newPerson();
      expectRefusal(await recharge(me, amount), -1, '充值失败');
      expect(await balanceOf(me)).toBe('0.00');
      expectRefusal(await me.call('/wallet/getWalletHistory', { pageNo: 'x' }), -1);
    },
  );

  test('gives out no more than is in it, of ten at once', async () => {
    const me = await newPerson();
    const validateNum = await smsCode(me.mobile);
    await me.call('/pay/setPayPwd', { pwd: '123456', validateNum });
    await recharge(me, '10.00');
    const withdraw = (payPwd: string) => me.call('/wallet/withdraw', { amount: '3.00', payPwd });
    expectRefusal(await withdraw('000000'), -1, '支付密码不正确');
    expect(await balanceOf(me)).toBe('10.00');
    const replies = await Promise.all(Array.from({ length: 10 }, () => withdraw('123456')));
    expect(replies.filter(({ code }) => code === '1')).toHaveLength(3);
    expect(await balanceOf(me)).toBe('1.00');
  });
});

describe('bank cards', () => {
  test('are bound once, shown masked, and unbound', async () => {
    const me = await newPerson();
    const cardNo = cardNumber();
    const bound = await me.call('/wallet/bindingCard', { cardNo });
    expect(bound).toMatchObject({ code: '1', data: { cardNo: expect.stringContaining(cardNo.slice(-4)) } });
    expect(JSON.stringify(bound.data)).not.toContain(cardNo);
    expectRefusal(await me.call('/wallet/bindingCard', { cardNo }), -1, '已绑定过该卡');
    expect((await me.call('/wallet/getCardList')).data).toMatchObject([{ id: bound.data.id }]);
    const other = await newPerson();
    expectRefusal(await other.call('/wallet/dissCard', { cardId: bound.data.id }), -1, '解绑失败');
    expect(await me.call('/wallet/dissCard', { cardId: bound.data.id })).toMatchObject({ code: '1' });
    expect((await me.call('/wallet/getCardList')).data).toEqual([]);
  });

  test('that cannot exist are refused', async () => {
    const me = await newPerson();
    expectRefusal(await me.call('/wallet/bindingCard', { cardNo: '6214830202117964' }), -1, '请输入正确卡号');
  });
});
