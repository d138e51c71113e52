import { describe, expect } from 'vitest';
import { runJobs } from '../../../../src/jobs.ts';
import { type CallOptions, type Params, type Person, person, type TestApp } from '../../../support/app.ts';
import { meeting } from '../../../support/barrier.ts';
import { freshDatabase } from '../../../support/database.ts';
import { befriend } from '../../../support/friends.ts';
import { groupOf, heard, setLevel } from '../../../support/groups.ts';
import { balance, deposit } from '../../../support/ledger.ts';
import { PAY_PASSWORD, withPayPassword } from '../../../support/money.ts';
import { moneyTest } from '../../../support/money-test.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Somebody with a pay password and this many fen. */
async function customerOf(app: TestApp, fen: number): Promise<Person> {
  const who = await person(app);
  await withPayPassword(app, who);
  if (fen > 0) await app.platform.db.write(deposit(who.id, fen, app.platform.ids.next()));
  return who;
}
const test = moneyTest()
  .extend('met', async () => meeting((await freshDatabase()).executor))
  .extend('options', ({ met }) => ({ executor: met.executor }))
  .extend('owner', ({ app }) => customerOf(app, 100_00))
  .extend('member', ({ app }) => customerOf(app, 100_00))
  .extend('guest', ({ app }) => customerOf(app, 100_00))
  .extend('group', ({ owner, member }) => groupOf(owner, member))
  .extend(
    'has',
    ({ app }) =>
      (who: Person) =>
        balance(app.platform.db, who.id),
  )
  .extend(
    'fees',
    ({ app }) =>
      () =>
        balance(app.platform.db, -6),
  )
  .extend(
    'paying',
    ({ group }) =>
      (path: string) =>
      (who: Person, params: Params = {}, options: CallOptions = {}) =>
        who.call(path, { groupId: group, pwd: PAY_PASSWORD, ...params }, options),
  )
  .extend('buy', ({ paying }) => paying('/chat/payForGroupLevel'))
  .extend('renew', ({ paying }) => paying('/chat/payForGroupExt'))
  .extend('join', ({ paying }) => paying('/chat/payForGroupJoin'))
  .extend(
    'seen',
    ({ owner, group }) =>
      async (who = owner, params: Params = {}) =>
        (await who.call('/chat/getGroupById', { groupId: group, ...params })).data,
  )
  .extend(
    'setFee',
    ({ owner, group }) =>
      async (fee: string) =>
        expect((await owner.call('/chat/updateJoinstatus', { groupId: group, status: 6, fee })).code).toBe(
          '1',
        ),
  );

const under = (key: string): CallOptions => ({ headers: { 'idempotency-key': key } });
const refused = (code: number, info: string) => ({ code: String(code), data: { info } });
const bills = async (who: Person) =>
  (await who.call('/wallet/getWalletHistory')).data
    .filter(({ moneyType }: { moneyType: string }) => moneyType !== '1')
    .map(({ moneyType, amount, moneyDirect, destType, destId, content }: Record<string, string>) =>
      [moneyType, amount, moneyDirect, destType, destId, content].join(' '),
    );

describe('payForGroupLevel', () => {
  test('sells the owner a level, from now on, and tells every member', async ({
    app,
    owner,
    member,
    group,
    has,
    fees,
    buy,
    seen,
  }) => {
    const { code, data } = await buy(owner, { level: 2 });
    expect(code).toBe('1');
    expect(data).toMatchObject({ id: `${group}`, level: '2', expire: `${app.clock.now() + 7 * DAY}` });
    expect(await seen()).toEqual(data);
    expect([await has(owner), await fees()]).toEqual([80_00, 20_00]);
    expect(await bills(owner)).toEqual([`12 20.00 -1 2 ${group} 购买群组等级`]);
    const content = { groupId: group, expire: app.clock.now() + 7 * DAY, userId: owner.id };
    for (const who of [owner, member])
      expect(await heard(who, 65)).toEqual([{ from: owner.id, fromType: 2, dest: group, content }]);
  });

  test('goes only upward; a higher level counts from now, whatever is left of the lower one', async ({
    app,
    owner,
    has,
    buy,
  }) => {
    await buy(owner, { level: 3 });
    for (const level of [1, 2, 3])
      expect(await buy(owner, { level })).toMatchObject(refused(-1, '服务器繁忙，请稍后重试'));
    app.clock.advance(DAY);
    expect((await buy(owner, { level: 4 })).data).toMatchObject({
      level: '4',
      expire: `${app.clock.now() + 30 * DAY}`,
    });
    expect(await has(owner)).toBe(30_00);
  });

  test('sells any level again once the last one has expired', async ({ app, owner, buy }) => {
    await buy(owner, { level: 2 });
    app.clock.advance(7 * DAY - 1);
    expect((await buy(owner, { level: 1 })).code).toBe('-1');
    app.clock.advance(1);
    expect((await buy(owner, { level: 1 })).data).toMatchObject({
      level: '1',
      expire: `${app.clock.now() + DAY}`,
    });
  });

  test.for([0, 5, -1, 'x', ''])('knows no level "%s"', async (level, { owner, has, buy }) => {
    expect(await buy(owner, { level })).toMatchObject(refused(-1, '服务器繁忙，请稍后重试'));
    expect(await has(owner)).toBe(100_00);
  });

  test.for([
    ['buy', '只有群主可以升级'],
    ['renew', '只有群主可以续费'],
  ] as const)(
    'and its renewal are for the owner alone, with the right pay password and the money',
    async ([call, text], { app, owner, member, guest, group, has, fees, seen, buy, renew }) => {
      const pay = { buy, renew }[call];
      await setLevel(app, group, 1, app.clock.now() + DAY);
      const level = { level: 4 };
      expect(await pay(guest, level)).toMatchObject(refused(-1, '您不在群组，无法操作'));
      expect(await pay(owner, { ...level, groupId: 5 })).toMatchObject(refused(-1, '您不在群组，无法操作'));
      expect(await pay(member, level)).toMatchObject(refused(-1, '无权操作'));
      await owner.call('/chat/setGroupAdmin', { groupId: group, destId: member.id, IsSet: 1 });
      expect(await pay(member, level)).toMatchObject(refused(4, text));
      expect(await pay(owner, { ...level, pwd: '000000' })).toMatchObject(refused(2, '支付密码不正确'));
      expect((await pay(owner, { ...level, pwd: '' })).code).toBe('-1');
      expect([await has(owner), await has(member), await fees()]).toEqual([100_00, 100_00, 0]);
      const poor = await customerOf(app, 9_99);
      await befriend(owner, poor);
      const its = { groupId: await groupOf(poor) };
      await setLevel(app, its.groupId, 1, app.clock.now() + DAY);
      expect(await pay(poor, { ...level, ...its })).toMatchObject(refused(3, '金额不足'));
      expect((await seen(poor, its)).expire).toBe(`${app.clock.now() + DAY}`);
    },
  );

  test('locks the pay password after five wrong ones, however many come at once', async ({
    met,
    app,
    owner,
    buy,
  }) => {
    met.hold(12);
    const replies = await Promise.all(
      Array.from({ length: 12 }, () => buy(owner, { level: 1, pwd: '000000' })),
    );
    expect(replies.filter(({ data }) => data.info === '支付密码不正确')).toHaveLength(5);
    expect(await buy(owner, { level: 1 })).toMatchObject(refused(2, '密码错误次数过多，请稍后再试'));
    app.clock.advance(15 * MINUTE);
    expect((await buy(owner, { level: 1 })).code).toBe('1');
  });

  test('is sold once to an owner who buys it twice at the same moment', async ({
    met,
    owner,
    has,
    fees,
    buy,
  }) => {
    met.hold(4);
    const replies = await Promise.all([1, 2, 3, 4].map(() => buy(owner, { level: 2 })));
    expect(replies.filter(({ code }) => code === '1')).toHaveLength(1);
    expect([await has(owner), await fees()]).toEqual([80_00, 20_00]);
  });

  test('takes the price that the operator has set', async ({ app, owner, has, buy }) => {
    await app.executor.write([
      { sql: 'UPDATE group_levels SET fee = 1, seconds = 60 WHERE level = 1', params: [], kind: 'change' },
      { sql: 'DELETE FROM group_levels WHERE level = 4', params: [], kind: 'change' },
    ]);
    expect((await buy(owner, { level: 4 })).code).toBe('-1');
    expect((await buy(owner, { level: 1 })).data.expire).toBe(`${app.clock.now() + MINUTE}`);
    expect(await has(owner)).toBe(99_99);
  });
});

describe('payForGroupExt', () => {
  test('adds the time to what is left, each time that it is paid', async ({
    met,
    app,
    owner,
    member,
    group,
    has,
    fees,
    buy,
    renew,
    seen,
  }) => {
    const start = app.clock.now();
    await buy(owner, { level: 1 });
    app.clock.advance(DAY / 2);
    met.hold(3);
    const replies = await Promise.all([1, 2, 3].map(() => renew(owner)));
    expect(replies.map(({ data }) => Number(data.expire) - start).sort((a, b) => a - b)).toEqual(
      [2, 3, 4].map((days) => days * DAY),
    );
    expect(await seen()).toMatchObject({ level: '1', expire: `${start + 4 * DAY}` });
    expect([await has(owner), await fees()]).toEqual([60_00, 40_00]);
    expect((await bills(owner))[0]).toBe(`14 10.00 -1 2 ${group} 群组等级续费`);
    expect(await heard(member, 65)).toHaveLength(4);
  });

  test('renews from now what has expired, and nothing where there never was a level', async ({
    app,
    owner,
    has,
    buy,
    renew,
    seen,
  }) => {
    expect(await renew(owner)).toMatchObject(refused(-1, '服务器繁忙，请稍后重试'));
    await buy(owner, { level: 2 });
    app.clock.advance(30 * DAY);
    expect((await seen()).level).toBe('0');
    expect((await renew(owner)).data).toMatchObject({ level: '2', expire: `${app.clock.now() + 7 * DAY}` });
    expect(await has(owner)).toBe(60_00);
  });
});

describe('a repeated payment under one key', () => {
  test('gives the group’s first answer again, byte for byte, and costs nothing', async ({
    app,
    owner,
    group,
    has,
    buy,
    renew,
    setFee,
  }) => {
    await owner.call('/chat/updateGroup', { groupId: group, name: '"茶"\\馆\u2028😀' });
    await setLevel(app, group, 1, app.clock.now() + DAY);
    await setFee('1.5');
    await setFee('8');
    await owner.call('/chat/updateJoinstatus', { groupId: group, status: 3, question: '问', answer: '答' });
    for (const status of [3, 6])
      for (const pay of [renew, buy]) {
        await owner.call('/chat/updateJoinstatus', {
          groupId: group,
          status,
          fee: '8',
          question: '问',
          answer: '答',
        });
        const level = pay === buy ? { level: status === 3 ? 2 : 3 } : {};
        const key = under(`${status}`);
        const first = await pay(owner, level, key);
        expect(first).toMatchObject({
          code: '1',
          data: { answer: '答', fee: status === 3 ? '0.00' : '1.50' },
        });
        const before = await has(owner);
        await owner.call('/chat/updateGroupDesc', { groupId: group, descriptions: `${status}` });
        expect((await pay(owner, level, key)).data).toEqual(first.data);
        expect(await pay(owner, { ...level, pwd: '999999' }, key)).toMatchObject(
          refused(2, '支付密码不正确'),
        );
        expect((await pay(owner, { ...level, groupId: 5 }, key)).code).toBe('-1');
        expect(await has(owner)).toBe(before);
      }
  });

  test('joins once, and stores nothing of the pay password', async ({
    app,
    guest,
    group,
    has,
    join,
    setFee,
  }) => {
    await setLevel(app, group, 1);
    await setFee('5');
    const replies = await Promise.all([1, 2, 3].map(() => join(guest, {}, under('once'))));
    for (const reply of replies) expect(reply).toMatchObject({ code: '1', data: { info: '加入成功' } });
    expect(await has(guest)).toBe(95_00);
    // The same call with the password in its other form is the same call: what is compared leaves it out.
    expect((await join(guest, { pwd: '135790' }, under('once'))).code).toBe('1');
  });
});

describe('the owner of a group whose level has expired', () => {
  const it = test.extend(
    'reminders',
    ({ owner }) =>
      () =>
        heard(owner, 58),
  );

  it('is told so once, however often and however simultaneously the job runs', async ({
    app,
    owner,
    member,
    group,
    buy,
    reminders,
  }) => {
    await buy(owner, { level: 1 });
    const expire = app.clock.now() + DAY;
    app.clock.advance(DAY - 1);
    await runJobs(app.platform);
    expect(await reminders()).toEqual([]);
    app.clock.advance(1);
    await Promise.all([1, 2, 3].map(() => runJobs(app.platform)));
    const content = { groupId: `${group}`, groupName: '老茶馆', expire: `${expire}` };
    expect(await reminders()).toEqual([{ from: group, fromType: 2, dest: group, content }]);
    expect(await heard(member, 58)).toEqual([]);
  });

  it('is told again of the next expiry, and of none after renewing or dismissing in time', async ({
    app,
    owner,
    group,
    buy,
    renew,
    reminders,
  }) => {
    await buy(owner, { level: 1 });
    app.clock.advance(DAY);
    await runJobs(app.platform);
    await renew(owner);
    await renew(owner);
    app.clock.advance(DAY);
    await runJobs(app.platform);
    expect(await reminders()).toHaveLength(1);
    app.clock.advance(DAY);
    await runJobs(app.platform);
    expect(await reminders()).toHaveLength(2);
    await buy(owner, { level: 1 });
    await owner.call('/chat/dismissGroup', { groupId: group });
    app.clock.advance(DAY);
    await runJobs(app.platform);
    expect(await reminders()).toHaveLength(2);
  });
});
