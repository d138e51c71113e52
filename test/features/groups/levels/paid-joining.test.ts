import { describe, expect } from 'vitest';
import { type CallOptions, type Params, type Person, person, type TestApp } from '../../../support/app.ts';
import { meeting } from '../../../support/barrier.ts';
import { freshDatabase } from '../../../support/database.ts';
import { befriend } from '../../../support/friends.ts';
import { addStrangers, groupOf, heard, membersOf, setLevel } from '../../../support/groups.ts';
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
  .extend('join', ({ paying }) => paying('/chat/payForGroupJoin'))
  .extend(
    'setFee',
    ({ owner, group }) =>
      async (fee: string) =>
        expect((await owner.call('/chat/updateJoinstatus', { groupId: group, status: 6, fee })).code).toBe(
          '1',
        ),
  )
  .extend(
    'isMember',
    ({ app, group }) =>
      async (who: Person) =>
        (
          await app.sql('SELECT state FROM group_members WHERE group_id = ? AND user_id = ?', group, who.id)
        )[0]?.[0] === 1,
  );

const refused = (code: number, info: string) => ({ code: String(code), data: { info } });
const bills = async (who: Person) =>
  (await who.call('/wallet/getWalletHistory')).data
    .filter(({ moneyType }: { moneyType: string }) => moneyType !== '1')
    .map(({ moneyType, amount, moneyDirect, destType, destId, content }: Record<string, string>) =>
      [moneyType, amount, moneyDirect, destType, destId, content].join(' '),
    );

describe('payForGroupJoin', () => {
  test.beforeEach(async ({ app, group, setFee }) => {
    await setLevel(app, group, 1, app.clock.now() + 10 * DAY);
    await setFee('5');
  });

  test('takes the fee to the owner, lets in, and tells both and the members', async ({
    owner,
    member,
    guest,
    group,
    has,
    fees,
    join,
  }) => {
    expect(await join(guest)).toMatchObject({ code: '1', data: { info: '加入成功' } });
    expect([await has(guest), await has(owner), await fees()]).toEqual([95_00, 105_00, 0]);
    expect(await bills(guest)).toEqual([`13 5.00 -1 2 ${group} 付费加群`]);
    expect(await bills(owner)).toEqual([`13 5.00 1 2 ${group} 付费加群`]);
    expect(await membersOf(guest, group)).toContainEqual([guest.id, '3']);
    expect(await heard(owner, 39)).toMatchObject([{ from: guest.id, fromType: 3, content: { amt: 5 } }]);
    for (const who of [owner, member])
      expect(await heard(who, 8)).toMatchObject([{ from: guest.id, dest: group }]);
    const told = { groupId: group, groupName: '老茶馆', adminId: owner.id };
    expect(await heard(guest, 60)).toMatchObject([{ from: owner.id, dest: group, content: told }]);
    const profile = await owner.call('/chat/getGroupMemberById', { groupId: group, destId: guest.id });
    expect(profile.data.groupInfo).toMatchObject({ joinType: '1', inviterId: '0', role: '3' });
  });

  test('refuses with the document’s codes, and nothing moves', async ({
    app,
    owner,
    member,
    guest,
    group,
    has,
    join,
    isMember,
  }) => {
    const [poor, rich] = [await customerOf(app, 4_99), await person(app)];
    await app.platform.db.write(deposit(rich.id, 100_00, app.platform.ids.next()));
    expect(await join(guest, { groupId: 5 })).toMatchObject(refused(-1, '群不存在'));
    expect(await join(guest, { pwd: '000000' })).toMatchObject(refused(2, '支付密码不正确'));
    expect(await join(rich)).toMatchObject(refused(2, '请先设置支付密码'));
    expect(await join(poor)).toMatchObject(refused(3, '金额不足'));
    for (const who of [owner, member]) expect(await join(who)).toMatchObject(refused(-1, '您已经是群组成员'));
    expect((await join(guest, { pwd: '' })).code).toBe('-1');
    await addStrangers(app, group, 198);
    expect(await join(guest)).toMatchObject(refused(-1, '群组人数已达上限，无法加入'));
    for (const who of [guest, poor, rich]) expect(await isMember(who)).toBe(false);
    expect([await has(guest), await has(poor), await has(owner)]).toEqual([100_00, 4_99, 100_00]);
  });

  test('is closed in every other mode, without a level, in a dismissed group, and between the blocked', async ({
    app,
    owner,
    guest,
    group,
    has,
    join,
    setFee,
  }) => {
    const closed = refused(-1, '不允许加入');
    for (const status of [0, 1, 2, 3, 4, 5]) {
      await owner.call('/chat/updateJoinstatus', { groupId: group, status, question: 'q', answer: 'a' });
      expect(await join(guest)).toMatchObject(closed);
    }
    await setFee('5');
    for (const [who, other] of [
      [owner, guest],
      [guest, owner],
    ] as const) {
      await who.call('/chat/setBlock', { blockId: other.id });
      expect(await join(guest)).toMatchObject(closed);
      await who.call('/chat/removeBlack', { destId: other.id });
    }
    await setLevel(app, group, 1, app.clock.now());
    expect(await join(guest)).toMatchObject(refused(-4, '群等级已到期，暂时无法付费加入'));
    await setLevel(app, group, 1);
    await owner.call('/chat/dismissGroup', { groupId: group });
    expect(await join(guest)).toMatchObject(refused(-1, '群不存在'));
    expect([await has(guest), await has(owner)]).toEqual([100_00, 100_00]);
  });

  test('charges the lower fee for ten minutes after a raise, and not a moment longer', async ({
    app,
    owner,
    guest,
    has,
    join,
    setFee,
  }) => {
    await setFee('9');
    app.clock.advance(10 * MINUTE - 1);
    expect((await join(guest)).code).toBe('1');
    app.clock.advance(1);
    const late = await customerOf(app, 100_00);
    expect((await join(late)).code).toBe('1');
    await setFee('1');
    const last = await customerOf(app, 1_00);
    expect((await join(last)).code).toBe('1');
    expect([await has(guest), await has(late), await has(last), await has(owner)]).toEqual([
      95_00, 91_00, 0, 115_00,
    ]);
  });

  test('ends an invitation to pay, and remembers who had invited', async ({
    owner,
    member,
    guest,
    group,
    join,
    isMember,
  }) => {
    await befriend(member, guest);
    await member.call('/chat/addGroupMember', { groupId: group, inviteIds: guest.id });
    expect(await isMember(guest)).toBe(false);
    expect((await join(guest)).code).toBe('1');
    const profile = await owner.call('/chat/getGroupMemberById', { groupId: group, destId: guest.id });
    expect(profile.data.groupInfo).toMatchObject({ joinType: '0', inviterId: `${member.id}` });
  });

  test('pays the one who owns the group at that moment', async ({
    met,
    owner,
    member,
    guest,
    group,
    has,
    join,
  }) => {
    await owner.call('/chat/transGroup', { groupId: group, destId: member.id });
    met.hold(2);
    const [paid, taken] = await Promise.all([
      join(guest),
      member.call('/chat/transGroupConfirm', { groupId: group, destId: owner.id, accept: 1 }),
    ]);
    expect([paid.code, taken.code]).toEqual(['1', '1']);
    expect([await has(owner), await has(member)].sort()).toEqual([100_00, 105_00]);
  });

  test('of one who pays in many calls at once is taken once', async ({ met, owner, guest, has, join }) => {
    met.hold(6);
    const replies = await Promise.all(Array.from({ length: 6 }, () => join(guest)));
    expect(replies.map(({ code }) => code).sort()).toEqual(['-1', '-1', '-1', '-1', '-1', '1']);
    expect([await has(guest), await has(owner)]).toEqual([95_00, 105_00]);
  });

  test('costs the old fee or the new one, never anything else, when the fee is changed meanwhile', async ({
    met,
    app,
    owner,
    group,
    has,
    join,
  }) => {
    const crowd = await Promise.all(Array.from({ length: 8 }, () => customerOf(app, 100_00)));
    met.hold(9);
    const [lowered, ...replies] = await Promise.all([
      owner.call('/chat/updateJoinstatus', { groupId: group, status: 6, fee: '2' }),
      ...crowd.map((each) => join(each)),
    ]);
    expect([lowered.code, ...replies.map(({ code }) => code)]).toEqual(Array(9).fill('1'));
    const paid = await Promise.all(crowd.map(async (each) => 100_00 - ((await has(each)) ?? 0)));
    expect(paid.filter((fen) => fen !== 5_00 && fen !== 2_00)).toEqual([]);
    expect(await has(owner)).toBe(100_00 + paid.reduce((sum, fen) => sum + fen, 0));
  });

  test.for([
    ['in one commit', 20],
    ['in several commits', 90],
  ] as const)(
    'sells the last seven places to seven of those who rush for them %s, and nobody else pays',
    async ([_, people], { met, app, owner, group, has, join, isMember }) => {
      await addStrangers(app, group, 191);
      const crowd: Person[] = [];
      for (let i = 0; i < people; i++) crowd.push(await customerOf(app, 5_00));
      met.hold(people);
      const replies = await Promise.all(crowd.map((each) => join(each)));
      expect(replies.filter(({ code }) => code === '1')).toHaveLength(7);
      const rest = replies.filter(({ code }) => code !== '1');
      for (const reply of rest) expect(reply).toMatchObject(refused(-1, '群组人数已达上限，无法加入'));
      for (const [i, each] of crowd.entries()) {
        const isIn = replies[i]?.code === '1';
        expect([await isMember(each), await has(each)]).toEqual([isIn, isIn ? 0 : 5_00]);
      }
      expect(await has(owner)).toBe(135_00);
      expect(await membersOf(owner, group)).toHaveLength(200);
    },
  );
});
