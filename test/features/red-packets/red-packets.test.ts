import { describe, expect } from 'vitest';
import { PACKET_LIFE_MS } from '../../../src/features/red-packets/send.ts';
import { type Params, type Person, person, type TestApp } from '../../support/app.ts';
import { load } from '../../support/database.ts';
import { balance, deposit } from '../../support/ledger.ts';
import { PAY_PASSWORD, withPayPassword } from '../../support/money.ts';
import { moneyTest } from '../../support/money-test.ts';

const change = (sql: string, ...params: (string | number)[]) => ({ sql, params, kind: 'change' as const });

async function makeGroup(app: TestApp, owner: Person, ...members: Person[]): Promise<number> {
  const [made] = await app.executor.write([
    {
      sql: `INSERT INTO groups (name, owner_id, created_at) VALUES ('茶', ?, 0) RETURNING id`,
      params: [owner.id],
      kind: 'rows',
    },
  ]);
  const id = Number(made?.rows[0]?.[0]);
  await app.executor.write(
    [owner, ...members].map((who, i) =>
      change(
        'INSERT INTO group_members (group_id, user_id, role, created_at) VALUES (?, ?, ?, 0)',
        id,
        who.id,
        i === 0 ? 1 : 3,
      ),
    ),
  );
  return id;
}

const test = moneyTest()
  .extend('group', ({ app, li, wang, zhao }) => makeGroup(app, li, wang, zhao))
  .extend(
    'befriend',
    ({ app }) =>
      (one: Person, other: Person) =>
        app.executor.write(
          [
            [one.id, other.id],
            [other.id, one.id],
          ].map((params) => ({
            sql: 'INSERT INTO friendships (user_id, friend_id, state, updated_at) VALUES (?, ?, 2, 0)',
            params,
            kind: 'change' as const,
          })),
        ),
  )
  .extend(
    'fund',
    ({ app }) =>
      (who: Person, yuan: number) =>
        app.platform.db.write(deposit(who.id, yuan * 100, app.platform.ids.next())),
  )
  .extend(
    'has',
    ({ app }) =>
      async (who: Person) =>
        balance(app.platform.db, who.id),
  )
  .extend(
    'send',
    ({ li, group }) =>
      (params: Params = {}, who = li, headers: Record<string, string> = {}) =>
        who.call(
          '/chat/sendRedPacket',
          {
            redPacketCount: 3,
            redPacketAmount: '10.00',
            destType: 2,
            destId: group,
            redPacketType: 1,
            ...params,
          },
          { headers },
        ),
  )
  .extend(
    'toWang',
    ({ wang, send }) =>
      (params: Params = {}) =>
        send({ destType: 1, destId: wang.id, redPacketCount: 1, ...params }),
  );
test.beforeEach(async ({ li, wang, befriend, fund }) => {
  await befriend(li, wang);
  await fund(li, 1000);
});

const open = (who: Person, redPacketId: string, params: Params = {}) =>
  who.call('/chat/openRedPacket', { redPacketId, ...params });
const cents = (text: string) => Math.round(Number(text) * 100);

describe('sendRedPacket', () => {
  test('holds the money and tells every member', async ({ li, wang, zhao, group, has, send }) => {
    const sent = await send({ redPacketContent: '新年 "好"' });
    expect(sent).toMatchObject({ code: '1', data: { info: expect.stringMatching(/^\d+$/) } });
    expect(await has(li)).toBe(99_000);
    for (const who of [li, wang, zhao]) {
      const [event] = await who.events();
      expect(event).toMatchObject({ type: 17, from: li.id, fromType: 2, dest: group });
      expect(JSON.parse(event?.content ?? '')).toEqual({
        redPacketId: Number(sent.data.info),
        msg: '新年 "好"',
        command: '',
        redPacketType: '1',
      });
    }
  });

  test('takes the amount for each share of an equal packet, and once for a person', async ({
    li,
    wang,
    has,
    send,
    toWang,
  }) => {
    await send({ redPacketType: 2 });
    expect(await has(li)).toBe(97_000);
    await toWang();
    expect(await has(li)).toBe(96_000);
    expect((await wang.events()).at(-1)).toMatchObject({ type: 17, fromType: 1, dest: wang.id });
  });

  test.for([
    ['nothing', { redPacketAmount: '0' }],
    ['less than nothing', { redPacketAmount: '-5' }],
    ['a third decimal', { redPacketAmount: '1.005' }],
    ['an exponent', { redPacketAmount: '1e2' }],
    ['less than a fen a share', { redPacketAmount: '0.02' }],
    ['more than there is', { redPacketAmount: '500.01', redPacketType: 2, redPacketCount: 2 }],
    ['no share', { redPacketCount: 0 }],
    ['501 shares', { redPacketCount: 501 }],
    ['an unknown group', { destId: 5 }],
    ['a command packet without a command', { redPacketType: 3 }],
    ['guests who are no members', { limit: '[1,2,3]' }],
    ['a stranger', { destType: 1, destId: 999, redPacketCount: 1 }],
    ['two shares for a person', { destType: 1, redPacketCount: 2 }],
  ] as const)('refuses %s and moves nothing', async ([_, params], { app, li, has, send }) => {
    expect(await send(params)).toMatchObject({ code: '-1', data: { info: '红包发送失败' } });
    expect(await has(li)).toBe(100_000);
    expect(await app.sql('SELECT (SELECT count(*) FROM red_packets), (SELECT count(*) FROM inbox)')).toEqual([
      [0, 0],
    ]);
  });

  test('refuses who is no member, no friend, or on either side of a block', async ({
    app,
    li,
    wang,
    fund,
    has,
    send,
    toWang,
  }) => {
    const stranger = await person(app, '外人');
    await fund(stranger, 100);
    expect((await send({}, stranger)).code).toBe('-1');
    await app.executor.write([change('UPDATE friendships SET is_blocked = 1 WHERE user_id = ?', wang.id)]);
    expect((await toWang()).code).toBe('-1');
    expect(await has(li)).toBe(100_000);
  });

  test('refuses a group packet that only people behind a block may open', async ({
    app,
    li,
    wang,
    has,
    send,
  }) => {
    await app.executor.write([change('UPDATE friendships SET is_blocked = 1 WHERE user_id = ?', li.id)]);
    expect((await send({ limit: `[${wang.id}]`, redPacketCount: 1 })).code).toBe('-1');
    expect(await has(li)).toBe(100_000);
    expect((await send({ limit: `[${wang.id},${li.id}]`, redPacketCount: 1 })).code).toBe('1');
  });

  test('is limited without the pay password, and not with it', async ({ app, li, fund, send }) => {
    await fund(li, 1_000_000);
    const big = { redPacketAmount: '200.01', redPacketCount: 1, redPacketType: 2 };
    expect(await send(big)).toMatchObject({
      code: '-1',
      data: {
        info: '红包发送失败',
        reason: 'PAY_PASSWORD_UNSET',
        hint: expect.stringContaining('setPayPwd'),
      },
    });
    await withPayPassword(app, li);
    expect((await send({ ...big, payPwd: PAY_PASSWORD })).code).toBe('1');
    expect(await send({ ...big, payPwd: '000000' })).toMatchObject({
      code: '-1',
      data: { info: '支付密码不正确' },
    });
    expect((await send({ redPacketAmount: '200.00', redPacketCount: 98, redPacketType: 2 })).code).toBe('1');
    expect((await send({ redPacketAmount: '200.00', redPacketCount: 2, redPacketType: 2 })).code).toBe('-1');
    app.clock.advance(24 * 3600 * 1000);
    expect((await send({ redPacketAmount: '200.00', redPacketCount: 2, redPacketType: 2 })).code).toBe('1');
  });

  test('draws no share above the limit without the password', async ({ app, li, fund, send }) => {
    await fund(li, 1_000_000);
    for (const redPacketAmount of ['350.00', '400.00'])
      for (let packets = 0; packets < 10; packets += 1) {
        expect((await send({ redPacketAmount, redPacketCount: 2 })).code).toBe('1');
      }
    expect(await app.sql('SELECT max(amount) <= 20000 FROM red_packet_shares')).toEqual([[1]]);
    expect((await send({ redPacketAmount: '400.01', redPacketCount: 2 })).code).toBe('-1');
  });

  test('refuses the largest amount that can be written like any other that is not there', async ({
    send,
  }) => {
    expect(await send({ redPacketAmount: '9999999999.99', redPacketCount: 2 })).toMatchObject({
      code: '-1',
      data: { info: '红包发送失败', reason: 'NOT_COVERED', hint: '金额不足' },
    });
  });

  test('never spends more than there is, however many race', async ({ li, has, send }) => {
    const replies = await Promise.all(Array.from({ length: 30 }, () => send({ redPacketAmount: '100.00' })));
    expect(replies.filter((reply) => reply.code === '1')).toHaveLength(10);
    expect(await has(li)).toBe(0);
  });

  test('sends one packet for a repeated key', async ({ li, has, send }) => {
    const replies = await Promise.all(
      Array.from({ length: 5 }, () => send({}, li, { 'idempotency-key': 'k1' })),
    );
    expect(new Set(replies.map((reply) => reply.data.info)).size).toBe(1);
    expect(await has(li)).toBe(99_000);
  });
});

describe('openRedPacket', () => {
  test('pays a share once to each, the sender included, and tells him', async ({
    app,
    li,
    wang,
    zhao,
    group,
    send,
  }) => {
    const id = (await send()).data.info;
    const amounts: string[] = [];
    for (const who of [wang, zhao, li]) amounts.push((await open(who, id)).data.info);
    expect(amounts.reduce((sum, text) => sum + cents(text), 0)).toBe(1000);
    expect(await open(wang, id)).toMatchObject({ code: '2', data: { info: '你已经领取过' } });
    const events = await li.events();
    expect(events.map(({ type }) => type)).toEqual([17, 19, 19, 19, 24]);
    const place = { fromType: 2, dest: group };
    expect(events.slice(1)).toMatchObject([wang, zhao, li, li].map((from) => ({ from: from.id, ...place })));
    const bills = await app.sql(
      'SELECT money_type, direction, dest_type, dest_id, content FROM bills WHERE user_id = ?',
      wang.id,
    );
    expect(bills).toEqual([[4, 1, 2, group, '李雷']]);
  });

  test('gives a person’s packet to the addressee alone', async ({ li, wang, zhao, has, toWang }) => {
    const id = (await toWang()).data.info;
    expect(await open(zhao, id)).toMatchObject({ code: '3', data: { info: '已经被领完' } });
    expect(await open(li, id)).toMatchObject({ code: '3' });
    expect(await open(wang, id)).toMatchObject({ code: '1', data: { info: '10.00' } });
    expect((await li.events()).at(-1)).toMatchObject({ type: 19, from: wang.id, fromType: 1, dest: li.id });
    expect(await open(wang, id)).toMatchObject({ code: '2' });
    expect(await has(wang)).toBe(1000);
  });

  test('refuses who is not named, not there any more, or too late, with the document’s codes', async ({
    app,
    wang,
    zhao,
    send,
  }) => {
    const id = (await send({ limit: JSON.stringify([wang.id]), redPacketCount: 1 })).data.info;
    expect(await open(zhao, id)).toMatchObject({ code: '4', data: { info: '您不在指定对象中，无法开启' } });
    expect((await open(wang, id)).code).toBe('1');
    expect(await open(zhao, '12345')).toMatchObject({ code: '5', data: { info: '红包不存在' } });
    const other = (await send()).data.info;
    await app.executor.write([change('UPDATE group_members SET state = 0 WHERE user_id = ?', zhao.id)]);
    expect((await open(zhao, other)).code).toBe('3');
    app.clock.advance(PACKET_LIFE_MS);
    expect((await open(wang, other)).code).toBe('3');
  });

  test('takes a command only when it fits, and any app that checks it itself', async ({
    li,
    wang,
    zhao,
    group,
    send,
  }) => {
    const id = (await send({ redPacketType: 3, command: '芝麻开门' })).data.info;
    expect(await open(wang, id, { command: '土豆开门' })).toMatchObject({
      code: '-1',
      data: { info: '口令不正确' },
    });
    expect((await open(wang, id, { command: '芝麻\u200B开门' })).code).toBe('1');
    expect((await open(zhao, id)).code).toBe('1');
    await open(li, id);
    const place = { fromType: 2, dest: group };
    expect(await wang.events()).toMatchObject([
      { type: 17, from: li.id, ...place },
      { type: 50, from: li.id, ...place },
    ]);
  });

  test('tells the amount again under the same key', async ({ wang, has, send }) => {
    const id = (await send()).data.info;
    const call = () =>
      wang.call('/chat/openRedPacket', { redPacketId: id }, { headers: { 'idempotency-key': 'k' } });
    const replies = await Promise.all([call(), call(), call()]);
    expect(new Set(replies.map((reply) => `${reply.code} ${reply.data.info}`)).size).toBe(1);
    expect(await has(wang)).toBe(cents(replies[0]?.data.info));
  });

  test('gives 100 shares to 100 of 2,000 who open at once, nobody twice, and the exact sum', async ({
    app,
    group,
    send,
  }) => {
    const people = load(2000, 200);
    const crowd: Person[] = [];
    for (let i = 0; i < people; i += 1) crowd.push(await person(app, `c${i}`));
    await app.executor.write(
      crowd.map((who) =>
        change('INSERT INTO group_members (group_id, user_id, created_at) VALUES (?, ?, 0)', group, who.id),
      ),
    );
    const id = (await send({ redPacketCount: 100, redPacketAmount: '88.88' })).data.info;
    // Everybody twice, so that winners try again in the middle of the rush.
    const replies = await Promise.all([...crowd, ...crowd].map((who) => open(who, id)));
    const won = replies.filter((reply) => reply.code === '1');
    expect(won).toHaveLength(100);
    expect(won.reduce((sum, reply) => sum + cents(reply.data.info), 0)).toBe(8888);
    expect(replies.filter((reply) => reply.code === '2')).toHaveLength(100);
    expect(replies.filter((reply) => reply.code === '3')).toHaveLength(2 * people - 200);
    expect(await app.sql('SELECT count(DISTINCT user_id) FROM red_packet_shares')).toEqual([[100]]);
  }, 60_000);
});

describe('getRedPacketHistory', () => {
  test('shows who took what, and the best luck when all is taken', async ({ app, li, wang, zhao, send }) => {
    const id = (await send()).data.info;
    const look = (who: Person) => who.call('/chat/getRedPacketHistory', { redPacketId: id });
    await open(wang, id);
    expect((await look(zhao)).data).toMatchObject({
      time: '-1',
      redPacket: { id, status: '1', redPacketAmount: '10.00', name: '李雷' },
      redPacketHistory: [{ userId: String(wang.id), isBest: '0' }],
    });
    app.clock.advance(4000);
    await open(zhao, id);
    await open(li, id);
    const { data } = await look(wang);
    expect(data).toMatchObject({ time: '4', redPacket: { status: '2' } });
    const best = Math.max(...data.redPacketHistory.map((row: { amount: string }) => cents(row.amount)));
    expect(
      data.redPacketHistory
        .filter((row: { isBest: string }) => row.isBest === '1')
        .map((row: { amount: string }) => cents(row.amount)),
    ).toEqual([best]);
  });

  test('is for those who take part', async ({ wang, zhao, toWang }) => {
    const id = (await toWang()).data.info;
    const look = (who: Person, redPacketId = id) => who.call('/chat/getRedPacketHistory', { redPacketId });
    expect((await look(wang)).code).toBe('1');
    expect(await look(zhao)).toMatchObject({ code: '-1', data: { info: '发生查看红包历史异常' } });
    expect((await look(wang, '77')).code).toBe('-1');
  });
});
