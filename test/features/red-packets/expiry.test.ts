import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { returnExpiredPackets } from '../../../src/features/red-packets/return-expired.ts';
import { PACKET_LIFE_MS } from '../../../src/features/red-packets/send.ts';
import { runJobs } from '../../../src/jobs.ts';
import { type AppOptions, type Params, type Person, type TestApp, testApp } from '../../support/app.ts';
import { meeting } from '../../support/barrier.ts';
import { freshDatabase, load } from '../../support/database.ts';
import { balance, deposit } from '../../support/ledger.ts';
import { expectBalancedBooks } from '../../support/money.ts';
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

describe('what nobody took', () => {
  test('goes back after 24 hours, once, with a bill and an event', async ({
    app,
    li,
    wang,
    zhao,
    group,
    has,
    send,
  }) => {
    const id = (await send()).data.info;
    const taken = cents((await open(wang, id)).data.info);
    app.clock.advance(PACKET_LIFE_MS - 1);
    await runJobs(app.platform);
    expect(await has(li)).toBe(99_000);
    app.clock.advance(1);
    await Promise.all([runJobs(app.platform), runJobs(app.platform)]);
    expect(await has(li)).toBe(100_000 - taken);
    const event = (await li.events()).at(-1);
    expect(event).toMatchObject({ type: 22, from: group, fromType: 2, dest: group });
    expect(JSON.parse(event?.content ?? '')).toEqual({
      redPacketId: Number(id),
      msg: '恭喜发财',
      amount: ((1000 - taken) / 100).toFixed(2),
    });
    expect(await app.sql('SELECT count(*) FROM bills WHERE money_type = 7')).toEqual([[1]]);
    expect((await open(zhao, id)).code).toBe('3');
  });

  test('and cannot go back is told of, stays, and holds up none of the packets behind it', async ({
    app,
    li,
    group,
    has,
    send,
  }) => {
    const torn = load(201, 5);
    // Packets whose shares are gone: a hand in the database.
    const insert = `INSERT INTO red_packets (id, user_id, type, count, amount, content, dest_type, dest_id, sent_at, expires_at)
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
      SELECT i, ?, 1, 1, 100, '', 2, ?, 0, i / 2 FROM n`;
    await app.executor.write([change(insert, torn, li.id, group)]);
    await send();
    app.clock.advance(PACKET_LIFE_MS);
    const error = new RegExp(`^${torn} red packets not given back: 1 \\(journal_lines.amount\\), 2 `);
    await expect(returnExpiredPackets(app.platform)).rejects.toThrow(error);
    expect(await has(li)).toBe(100_000);
    expect(await app.sql('SELECT count(*) FROM red_packets WHERE status = 1')).toEqual([[torn]]);
    await app.executor.write([change('DELETE FROM red_packets WHERE status = 1')]);
  });

  const racing = test
    .extend('met', async () => meeting((await freshDatabase()).executor))
    .extend('options', ({ met }): AppOptions => ({ executor: met.executor }));
  racing(
    'is opened or returned, never both, when the two meet at the deadline',
    async ({ met, app, li, wang, has, toWang }) => {
      const id = (await toWang()).data.info;
      app.clock.advance(PACKET_LIFE_MS);
      // The opener's clock is a moment behind: its batch was made before the deadline.
      const late = { now: () => app.clock.now() - 1 };
      const slow = await testApp({
        executor: met.executor,
        platform: { clock: late, keys: app.platform.keys, tokens: app.platform.tokens },
      });
      met.hold(2);
      await Promise.all([
        runJobs(
          app.platform,
          (await import('../../../src/jobs.ts')).jobs.filter(({ name }) => name === 'return-red-packets'),
        ),
        slow.call('/chat/openRedPacket', { redPacketId: id }, { token: wang.token }),
      ]);
      const [mine = 0, hers = 0] = [await has(li), await has(wang)];
      expect([mine + hers, [0, 1000].includes(hers)]).toEqual([100_000, true]);
    },
  );
});

test('any order of sending, opening, waiting and returning keeps the books balanced', async ({
  app,
  li,
  wang,
  zhao,
  has,
  send,
}) => {
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('send' as const),
      amount: fc.integer({ min: 1, max: 3000 }),
      count: fc.integer({ min: 1, max: 5 }),
      type: fc.constantFrom(1, 2),
    }),
    fc.record({ kind: fc.constant('open' as const), who: fc.integer({ min: 0, max: 2 }), packet: fc.nat(5) }),
    fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.constantFrom(1, 1000, PACKET_LIFE_MS - 1, PACKET_LIFE_MS),
    }),
    fc.record({ kind: fc.constant('return' as const) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const packets: string[] = [];
      for (const each of steps) {
        if (each.kind === 'send') {
          const reply = await send({
            redPacketAmount: (each.amount / 100).toFixed(2),
            redPacketCount: each.count,
            redPacketType: each.type,
          });
          if (reply.code === '1') packets.push(reply.data.info);
        } else if (each.kind === 'open') {
          const id = packets[each.packet % Math.max(1, packets.length)];
          const who = [li, wang, zhao][each.who];
          if (id && who) await open(who, id);
        } else if (each.kind === 'wait') app.clock.advance(each.ms);
        else await runJobs(app.platform);
      }
      await expectBalancedBooks(app);
      const total = (await Promise.all([li, wang, zhao].map(has))).reduce<number>(
        (sum, each) => sum + (each ?? 0),
        0,
      );
      const held = await app.sql('SELECT balance FROM ledger_accounts WHERE id = -3');
      expect(total + Number(held[0]?.[0])).toBe(100_000);
    }),
    { numRuns: load(25, 10) },
  );
}, 60_000);
