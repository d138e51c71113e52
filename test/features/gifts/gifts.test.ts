import { describe, expect } from 'vitest';
import { type Params, person } from '../../support/app.ts';
import { befriend } from '../../support/friends.ts';
import { balance, deposit } from '../../support/ledger.ts';
import { post } from '../../support/moments.ts';
import { PAY_PASSWORD, withPayPassword } from '../../support/money.ts';
import { moneyTest } from '../../support/money-test.ts';

const ROSE = '{"key":"gift_001","price":"0.01","name":"玫瑰"}';
const LOLLIPOP = '{"key":"gift_002","price":"0.10","name":"棒棒糖"}';
const TEA = '{"key":"gift_003","price":"1.00","name":"热茶"}';
const REFUSED = { code: '-1', data: { info: '赠送失败' } };

const test = moneyTest()
  .extend('li', ({ app }) => person(app, 'li'))
  .extend('wang', ({ app }) => person(app, 'wang'))
  .extend('feedId', ({ li }) => post(li))
  .extend(
    'give',
    ({ li, wang, feedId }) =>
      (gift: string, more: Params = {}, who = wang, headers = {}) =>
        who.call('/feed/sendFeedGift', { destId: li.id, feedId, gift, ...more }, { headers }),
  )
  .extend('money', ({ app, li, wang }) => async () => [
    await balance(app.platform.db, wang.id),
    await balance(app.platform.db, li.id),
  ])
  .extend(
    'given',
    ({ app }) =>
      async () =>
        Number((await app.sql('SELECT COUNT(*) FROM moment_gifts'))[0]?.[0]),
  );
test.beforeEach(async ({ app, li, wang }) => {
  await befriend(li, wang);
  await app.platform.db.write(deposit(wang.id, 500));
});

describe('a gift of the catalogue', () => {
  test('goes to the author with its price, and both have a bill', async ({
    app,
    li,
    wang,
    feedId,
    give,
    money,
  }) => {
    const reply = await give(ROSE);
    const ids = { userId: `${wang.id}`, destId: `${li.id}`, feedId };
    const date = '2026-11-22 20:00:00';
    expect(reply).toMatchObject({
      code: '1',
      data: { ...ids, content: ROSE, createTime: date, updateTime: date, sender: '' },
    });
    expect(await money()).toEqual([499, 1]);
    const bills = await app.sql(
      'SELECT user_id, direction, amount, dest_type, dest_id FROM bills WHERE money_type = 16 ORDER BY direction',
    );
    expect(bills).toEqual([
      [wang.id, -1, 1, 1, li.id],
      [li.id, 1, 1, 1, wang.id],
    ]);
    expect((await li.call('/feed/myGift')).data).toMatchObject({
      totalCount: '1',
      totalPage: '1',
      orderBy: 'createTime',
      orderType: 'desc',
      list: [
        {
          ...ids,
          id: reply.data.id,
          giftContent: ROSE,
          name: 'wang',
          headUrl: '',
          createTime: `${app.clock.now()}`,
          updateTime: `${app.clock.now()}`,
        },
      ],
    });
    expect((await wang.call('/feed/myGift')).data.list).toEqual([]);
  });

  const wrong: [string, string][] = [
    ['another price', '{"key":"gift_001","price":"0.02"}'],
    ['no price', '{"key":"gift_001","name":"玫瑰"}'],
    ['price 0', '{"key":"gift_001","price":"0"}'],
    ['an empty price', '{"key":"gift_001","price":""}'],
    ['a key that is not in the catalogue', '{"key":"gift_999","price":"0.01"}'],
    ['a price without a key', '{"price":"0.01"}'],
    ['a negative price', '{"key":"gift_001","price":"-0.01"}'],
    ['a fraction of a fen', '{"key":"gift_001","price":"0.014"}'],
    ['a price that is no number', '{"key":"gift_001","price":"free"}'],
    ['a price that is a list', '{"key":"gift_001","price":["0.01"]}'],
  ];
  test.for(wrong)('is refused with %s, and nothing moves', async ([_, gift], { give, money, given }) => {
    expect(await give(gift)).toMatchObject(REFUSED);
    expect([await given(), await money()]).toEqual([0, [500, 0]]);
  });

  test('shows the price that was paid, whichever of two was written', async ({ give, money }) => {
    const { data } = await give('{"key":"gift_005","key":"gift_001","price":"18.80","price":0.01}');
    expect(data.content).toBe('{"key":"gift_001","price":0.01}');
    expect(await money()).toEqual([499, 1]);
  });

  test('needs the money, to the fen', async ({ app, li, give, given }) => {
    const poor = await person(app);
    await befriend(poor, li);
    await app.platform.db.write(deposit(poor.id, 25));
    const replies = await Promise.all(Array.from({ length: 5 }, () => give(LOLLIPOP, {}, poor)));
    expect(replies.filter(({ code }) => code === '1')).toHaveLength(2);
    expect(replies.at(-1)).toMatchObject({ code: '-1', data: { info: '金额不足' } });
    expect(await balance(app.platform.db, poor.id)).toBe(5);
    expect(await given()).toBe(2);
  });

  test('sent again under one key is given once', async ({ wang, give, money }) => {
    const again = { 'idempotency-key': 'k1' };
    const first = await give(ROSE, {}, wang, again);
    expect((await give(ROSE, {}, wang, again)).data).toEqual(first.data);
    expect((await give(LOLLIPOP, {}, wang, again)).code).toBe('-1');
    expect(await money()).toEqual([499, 1]);
  });
});

describe('who may give', () => {
  test('is who sees the moment, to its author, not to himself', async ({
    app,
    li,
    wang,
    give,
    money,
    given,
  }) => {
    const stranger = await person(app);
    for (const each of [stranger, li]) await app.platform.db.write(deposit(each.id, 500));
    for (const gift of [ROSE, '很棒']) {
      expect(await give(gift, {}, stranger)).toMatchObject(REFUSED);
      expect(await give(gift, { destId: stranger.id })).toMatchObject(REFUSED);
      expect(await give(gift, { feedId: 5 })).toMatchObject(REFUSED);
      expect(await give(gift, {}, li)).toMatchObject(REFUSED);
      expect(await give(gift, { feedId: await post(li, { priv: 1 }) })).toMatchObject(REFUSED);
      for (const [who, other] of [
        [li, wang],
        [wang, li],
      ] as const) {
        await who.call('/chat/setBlock', { blockId: other.id });
        expect(await give(gift)).toMatchObject(REFUSED);
        await who.call('/chat/removeBlack', { destId: other.id });
      }
    }
    expect([await given(), await money()]).toEqual([0, [500, 500]]);
    expect((await give(ROSE)).code).toBe('1');
  });

  test('is nobody without a gift, a moment or a receiver', async ({ give, given }) => {
    for (const wrong of [{ gift: '' }, { gift: 'a'.repeat(1001) }, { feedId: 'x' }, { destId: '' }])
      expect(await give(ROSE, wrong)).toMatchObject(REFUSED);
    expect(await given()).toBe(0);
  });
});

test.for(['很棒', '["gift_001"]', '{"name":"掌声"}', '0.01', '{"key":"gift_999","price":"0.00"}'])(
  'a text without a price is free: %s',
  async (gift, { app, li, give }) => {
    const poor = await person(app);
    await befriend(poor, li);
    expect((await give(gift, {}, poor)).data.content).toBe(gift);
    expect(await app.sql(`SELECT COUNT(*) FROM journals WHERE kind = 'gift'`)).toEqual([[0]]);
    expect((await li.call('/feed/myGift')).data.list).toHaveLength(1);
  },
);

describe('without the pay password', () => {
  test.override('options', { env: { PASSWORDLESS_MAX: '0.50', PASSWORDLESS_DAY_MAX: '0.25' } });

  test('a gift above the limit is refused; with it, it is given', async ({ app, wang, give, money }) => {
    await withPayPassword(app, wang);
    expect(await give(TEA)).toMatchObject({
      code: '-1',
      data: { info: '赠送失败', reason: 'PAY_PASSWORD_NEEDED', hint: expect.any(String) },
    });
    const wrong = await give(TEA, { payPwd: '000000' });
    expect(wrong).toMatchObject({ code: '-1', data: { info: '支付密码错误' } });
    expect(await money()).toEqual([500, 0]);
    expect((await give(TEA, { payPwd: PAY_PASSWORD })).code).toBe('1');
    expect(await money()).toEqual([400, 100]);
  });

  test('a day’s gifts end at the limit, and a new day begins at midnight in Shanghai', async ({
    app,
    give,
    money,
  }) => {
    const replies = await Promise.all(Array.from({ length: 4 }, () => give(LOLLIPOP)));
    expect(replies.filter(({ code }) => code === '1')).toHaveLength(2);
    expect((await give('很棒')).code).toBe('1');
    app.clock.advance(4 * 3600_000 - 1);
    expect(await give(LOLLIPOP)).toMatchObject(REFUSED);
    app.clock.advance(1);
    expect((await give(LOLLIPOP)).code).toBe('1');
    expect(await money()).toEqual([470, 30]);
  });

  test('a wrong one costs nothing where none is needed, but is refused all the same', async ({
    app,
    wang,
    give,
    money,
  }) => {
    await withPayPassword(app, wang);
    expect(await give(ROSE, { payPwd: '000000' })).toMatchObject({ data: { info: '支付密码错误' } });
    expect(await money()).toEqual([500, 0]);
  });
});

test('gifts stay when the moment is deleted', async ({ li, feedId, give }) => {
  await give(ROSE);
  await li.call('/feed/deleteFeed', { feedId });
  expect((await li.call('/feed/myGift')).data.list).toMatchObject([{ feedId }]);
});

test('gifts come in pages of twenty', async ({ li, give }) => {
  for (let i = 0; i < 21; i++) await give(`${i}`);
  const page = async (pageNo: number) =>
    (await li.call('/feed/myGift', { pageNo })).data.list.map(
      (each: { giftContent: string }) => each.giftContent,
    );
  expect(await page(1)).toEqual(Array.from({ length: 20 }, (_, i) => `${20 - i}`));
  expect(await page(2)).toEqual(['0']);
  expect((await li.call('/feed/myGift')).data).toMatchObject({ totalCount: '21', totalPage: '2' });
});
