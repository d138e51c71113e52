import { afterAll, describe, expect, test } from 'vitest';
import type { Executor } from '../../../src/platform/database/executor.ts';
import { migrate } from '../../../src/platform/database/migrate.ts';
import { executorOn } from '../../support/adapters.ts';
import { type Person, person, type Reply, testApp } from '../../support/app.ts';
import { meeting } from '../../support/barrier.ts';
import { groupOf } from '../../support/groups.ts';
import { deposit } from '../../support/ledger.ts';
import { expectBalancedBooks } from '../../support/money.ts';
import { startSqld } from '../../support/sqld.ts';

const sqld = await startSqld();
afterAll(() => sqld?.stop());

/** Nothing behind it: only its barrier is used. */
const nowhere: Executor = {
  read: async () => [],
  write: async () => [],
  script: async () => {},
  close: async () => {},
};

describe.skipIf(!sqld)('two isolates on one libSQL server', () => {
  test('that race for the last share of a red packet give it to one user, and the books balance', async () => {
    if (!sqld) throw new Error('Skipped without a server.');
    const barrier = meeting(nowhere);
    // Each isolate has a client of its own; their writes leave at the same moment.
    const isolate = (): Executor => {
      const inner = executorOn(sqld);
      return {
        ...nowhere,
        read: (statements) => inner.read(statements),
        async write(statements) {
          await barrier.executor.write([]);
          return inner.write(statements);
        },
        script: (statements) => inner.script(statements),
        close: () => inner.close(),
      };
    };
    const [first, second] = [isolate(), isolate()];
    await migrate(first, 0);
    const [one, other] = [await testApp({ executor: first }), await testApp({ executor: second })];
    other.clock.advance(1); // processes that name things in one and the same millisecond may name two alike
    const owner = await person(one, 'owner');
    const members: Person[] = [];
    for (let i = 0; i < 8; i += 1) members.push(await person(one, `member ${i}`));
    const group = await groupOf(owner, ...members);
    await one.platform.db.write(deposit(owner.id, 10_000, one.platform.ids.next()));

    for (let round = 0; round < 5; round += 1) {
      const packet = {
        redPacketCount: 2,
        redPacketAmount: '2.00',
        destType: 2,
        destId: group,
        redPacketType: 1,
      };
      const sent = await owner.call('/chat/sendRedPacket', packet);
      expect(sent.code).toBe('1');
      const redPacketId = sent.data.info;
      expect((await owner.call('/chat/openRedPacket', { redPacketId })).code).toBe('1');
      barrier.hold(members.length);
      // A server busy with the other isolate may say so; then the call is made again, under its key.
      const open = async ({ token }: Person, i: number): Promise<Reply> => {
        const app = i % 2 ? other : one;
        const headers = { 'idempotency-key': `round-${round}` };
        for (;;) {
          const reply = await app.call('/chat/openRedPacket', { redPacketId }, { token, headers });
          if (reply.status === 200) return reply;
          expect([503, 504]).toContain(reply.status);
        }
      };
      const replies = await Promise.all(members.map(open));
      expect(replies.filter(({ code }) => code === '1')).toHaveLength(1);
      expect(replies.filter(({ code }) => code === '3')).toHaveLength(members.length - 1);
      expect(await one.sql('SELECT count(*) FROM red_packet_shares WHERE user_id IS NOT NULL')).toEqual([
        [2 * (round + 1)],
      ]);
    }
    await expectBalancedBooks(one);
    await other.close();
    await one.close();
  }, 60_000);
});
