import { describe, expect } from 'vitest';
import type { UserId } from '../../../src/core/ids.ts';
import { issuerOf, parseCardNumber } from '../../../src/features/bank-cards/number.ts';
import { keyedCall } from '../../../src/http/idempotency.ts';
import { appTest } from '../../support/app-test.ts';
import { cardNumberFrom } from '../../support/money.ts';

/** The two cards of the document's samples. */
const [CMB, ICBC] = ['6214830202117965', '6212261610006439041'];

const test = appTest()
  .extend(
    'bind',
    ({ li }) =>
      (cardNo: string, who = li) =>
        who.call('/wallet/bindingCard', { cardNo }),
  )
  .extend(
    'list',
    ({ li }) =>
      async (who = li) =>
        (await who.call('/wallet/getCardList')).data,
  );

describe('a card number', () => {
  test('has a right check digit, and may be typed in groups', () => {
    expect(parseCardNumber('6214 8302-0211 7965')).toBe(CMB);
    for (const bad of [
      '6214830202117966',
      '621483020211796',
      '',
      'x',
      '0000000000000000',
      `${CMB}0000000000`,
      '٦٢١٤٨٣٠٢٠٢١١٧٩٦٥',
    ])
      expect(parseCardNumber(bad), bad).toBeUndefined();
  });

  test('is refused with any one digit changed or two different neighbours swapped', () => {
    for (let i = 0; i < CMB.length; i += 1) {
      for (const digit of '0123456789') {
        if (digit !== CMB[i])
          expect(parseCardNumber(CMB.slice(0, i) + digit + CMB.slice(i + 1))).toBeUndefined();
      }
      const [a = '', b = ''] = CMB.slice(i, i + 2);
      const swapped = CMB.slice(0, i) + b + a + CMB.slice(i + 2);
      // Luhn's check does not see 09 and 90 change places.
      if (b && a !== b && !['09', '90'].includes(a + b)) expect(parseCardNumber(swapped)).toBeUndefined();
    }
  });

  test.each([
    ['621483', 16, '招商银行', 'DC'],
    ['621226', 19, '工商银行', 'DC'],
    ['622848', 19, '农业银行', 'DC'],
    ['621700', 19, '建设银行', 'DC'],
    ['621661', 19, '中国银行', 'DC'],
    ['622260', 19, '交通银行', 'DC'],
    ['621098', 19, '邮政储蓄银行', 'DC'],
    ['622908', 18, '兴业银行', 'DC'],
    ['622521', 16, '浦发银行', 'DC'],
    ['622622', 16, '民生银行', 'DC'],
    ['622155', 16, '平安银行', 'CC'],
    ['411111', 16, '未知银行', ''],
  ])('that begins with %s, of %i digits, is of %s', (prefix, length, bank, kind) => {
    const number = parseCardNumber(cardNumberFrom(prefix, length));
    expect(number && issuerOf(number).bank).toBe(bank);
    expect(number && issuerOf(number).kind).toBe(kind);
  });
});

describe('bindingCard', () => {
  test('answers the card and lists it, masked, with its bank and dates of Asia/Shanghai', async ({
    app,
    li,
    wang,
    bind,
    list,
  }) => {
    app.clock.time = Date.UTC(2017, 7, 26, 2, 31, 18);
    const { code, data } = await bind(CMB);
    expect(code).toBe('1');
    const shown = {
      userId: String(li.id),
      cardNo: '************7965',
      bankName: '招商银行',
      createTime: '2017-08-26 10:31:18.0',
      updateTime: '2017-08-26 10:31:18.0',
    };
    expect(data).toMatchObject(shown);
    app.clock.advance(1000);
    await bind(ICBC);
    expect(await list()).toMatchObject([shown, { cardNo: '***************9041', bankName: '工商银行' }]);
    expect(await list(wang)).toEqual([]);
  });

  test('refuses a bad number, and one that is bound already, however often it is sent at once', async ({
    li,
    wang,
    bind,
    list,
  }) => {
    for (const cardNo of ['', '1234', '6214830202117966'])
      expect(await bind(cardNo)).toMatchObject({
        code: '-1',
        data: { info: '请输入正确卡号', field: 'cardNo' },
      });
    expect(await li.call('/wallet/bindingCard')).toMatchObject({
      code: '-1',
      data: { info: '请输入正确卡号' },
    });
    const replies = await Promise.all(Array.from({ length: 10 }, () => bind(CMB)));
    expect(replies.filter(({ code }) => code === '1')).toHaveLength(1);
    expect(replies.filter(({ data }) => data.info === '已绑定过该卡')).toHaveLength(9);
    expect(await list()).toHaveLength(1);
    expect((await bind(CMB, wang)).code).toBe('1');
  });

  test('binds at most 20 cards a user', async ({ bind }) => {
    for (let i = 0; i < 20; i += 1)
      expect((await bind(cardNumberFrom(`62170000000000${10 + i}`, 19))).code).toBe('1');
    expect(await bind(CMB)).toMatchObject({ code: '-1', data: { info: '绑定失败' } });
  });

  test('gives the first answer again under one key', async ({ li }) => {
    const options = { headers: { 'idempotency-key': 'once' } };
    const first = await li.call('/wallet/bindingCard', { cardNo: CMB }, options);
    expect(await li.call('/wallet/bindingCard', { cardNo: CMB }, options)).toMatchObject({
      code: '1',
      data: first.data,
    });
  });

  test('remembers a call by a digest that nobody can try numbers against without the pepper', () => {
    const params = new Map([['cardNo', CMB]]);
    const digestUnder = (pepper: number) =>
      keyedCall(
        { pepper: new Uint8Array(32).fill(pepper), oldPeppers: [] },
        1 as UserId,
        '/wallet/bindingCard',
        params,
        'once',
      )?.digest;
    expect(digestUnder(1)).toBe(digestUnder(1));
    expect(digestUnder(1)).not.toBe(digestUnder(2));
  });

  test('keeps no number in the open anywhere', async ({ app, li }) => {
    await li.call('/wallet/bindingCard', { cardNo: CMB }, { headers: { 'idempotency-key': 'once' } });
    const tables = (
      await app.sql("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'")
    )
      .flat()
      .map(String);
    for (const table of tables) {
      const rows = JSON.stringify(await app.sql(`SELECT * FROM "${table}"`));
      expect(rows, table).not.toContain(CMB);
      expect(rows, table).not.toContain(CMB.slice(0, 12));
    }
    const [[sealed] = []] = await app.sql('SELECT sealed_number FROM bank_cards');
    expect(Buffer.from(String(sealed), 'base64').toString('latin1')).not.toContain(CMB);
  });
});

describe('dissCard', () => {
  test('unbinds the caller’s own card, once; it can be bound anew', async ({ li, wang, bind, list }) => {
    const cardId = (await bind(CMB)).data.id;
    expect(await wang.call('/wallet/dissCard', { cardId })).toMatchObject({
      code: '-1',
      data: { info: '解绑失败' },
    });
    expect(await li.call('/wallet/dissCard', { cardId })).toMatchObject({
      code: '1',
      data: { info: '解绑成功' },
    });
    expect(await list()).toEqual([]);
    expect(await li.call('/wallet/dissCard', { cardId })).toMatchObject({
      code: '-1',
      data: { info: '解绑失败' },
    });
    expect(await li.call('/wallet/dissCard', { cardId: 'x' })).toMatchObject({
      code: '-1',
      data: { field: 'cardId' },
    });
    expect((await bind(CMB)).data.id).not.toBe(cardId);
  });
});
