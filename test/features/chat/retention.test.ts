import { describe, expect } from 'vitest';
import { forgetMessages } from '../../../src/features/chat/forget.ts';
import { type Params, person } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';
import { freshDatabase } from '../../support/database.ts';
import { befriend } from '../../support/friends.ts';
import { deposit } from '../../support/ledger.ts';
import { recording } from '../../support/plans.ts';

const DAY_MS = 24 * 3600 * 1000;

const test = appTest()
  .extend('record', async () => recording((await freshDatabase()).executor))
  .extend('env', (): Record<string, string> => ({}))
  .extend('options', ({ env, record }) => ({ env, executor: record.executor }))
  .extend('li', ({ app }) => person(app, 'li'))
  .extend(
    'send',
    ({ li, wang }) =>
      (content: string, message: Params = {}) =>
        li.call('/im/send', {
          msgId: `m${++count}`,
          fromType: 1,
          destId: wang.id,
          messageType: 2,
          content,
          ...message,
        }),
  )
  .extend(
    'forget',
    ({ app }) =>
      () =>
        forgetMessages(app.platform),
  )
  .extend(
    'history',
    ({ li, wang }) =>
      async (params: Params = {}) =>
        (await wang.call('/im/history', { destType: 1, destId: li.id, ...params })).data,
  );
test.beforeEach(async ({ app, li, wang }) => {
  await befriend(li, wang);
  await app.executor.write([{ sql: 'DELETE FROM inbox', params: [], kind: 'change' }]);
});

let count = 0;
const contents = ({ list }: { list: Params[] }) => list.map(({ content }) => content);

describe('messages go after MESSAGES_KEPT_DAYS', () => {
  test.override('env', { MESSAGES_KEPT_DAYS: '7' });

  test('and not before: history shows what is left', async ({ app, send, forget, history }) => {
    await send('old');
    app.clock.advance(3 * DAY_MS);
    await send('younger');
    app.clock.advance(4 * DAY_MS - 1);
    expect(await forget()).toBe(0);
    app.clock.advance(2);
    expect(await forget()).toBe(1);
    expect(contents(await history())).toEqual(['younger']);
    expect((await history()).more).toBe('0');
    app.clock.advance(3 * DAY_MS);
    expect(await forget()).toBe(1);
    expect(contents(await history())).toEqual([]);
  });

  test('read marks stay where they are, and go on', async ({ app, li, wang, send, forget, history }) => {
    const { data: old } = await send('old');
    expect((await wang.call('/im/send', { ...read, destId: li.id })).code).toBe('1');
    expect((await history()).readId).toBe(old.id);
    app.clock.advance(8 * DAY_MS);
    await forget();
    expect((await history()).readId).toBe(old.id);
    expect((await wang.call('/im/send', { ...read, msgId: 'again', destId: li.id })).code).toBe('1');
    expect((await history()).readId).toBe(old.id);
    const { data: younger } = await send('younger');
    await wang.call('/im/send', { ...read, msgId: 'third', destId: li.id });
    expect((await history()).readId).toBe(younger.id);
  });
  const read = { msgId: 'read', fromType: 1, messageType: 33, content: '' };

  test('and who has not fetched one passes over it, to what came behind it', async ({
    app,
    wang,
    send,
    forget,
  }) => {
    await send('old');
    app.clock.advance(8 * DAY_MS);
    await forget();
    expect((await wang.call('/im/sync')).data.list).toEqual([]);
    await send('younger');
    const { list, more } = (await wang.call('/im/sync')).data;
    expect([contents({ list }), more]).toEqual([['younger'], '0']);
  });

  test('a recalled one with its place, and one that is gone can be recalled no more', async ({
    app,
    send,
    forget,
  }) => {
    await send('slip', { msgId: 'slip' });
    await send('slip', { messageType: 32, content: 'slip' });
    await send('stays', { msgId: 'stays' });
    app.clock.advance(8 * DAY_MS);
    expect(await forget()).toBe(2);
    expect((await send('', { messageType: 32, content: 'stays' })).code).toBe('6');
  });

  test('notices of money are none of them', async ({ app, li, wang, forget }) => {
    await app.platform.db.write(deposit(li.id, 10_00));
    const packet = {
      destType: 1,
      destId: wang.id,
      redPacketType: 2,
      redPacketCount: 1,
      redPacketAmount: '1.00',
    };
    expect((await li.call('/chat/sendRedPacket', packet)).code).toBe('1');
    const before = (await wang.call('/im/sync')).data.list;
    expect(before.map(({ messageType }: Params) => messageType)).toContain('17');
    app.clock.advance(8 * DAY_MS);
    await forget();
    expect((await wang.call('/im/sync')).data.list).toEqual(before);
  });

  test('in statements of five hundred, so that nobody waits long', async ({
    record,
    app,
    li,
    wang,
    forget,
  }) => {
    const now = app.clock.now();
    await app.executor.write([
      {
        sql: `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1250)
          INSERT INTO messages (id, msg_id, sender_id, conversation, dest_type, dest_id, type, content, device, created_at)
          SELECT i, 'o' || i, ?, '1:1:2', 1, ?, 2, 'x', 1, ? FROM n`,
        params: [li.id, wang.id, now],
        kind: 'change',
      },
    ]);
    record.clear();
    expect(await forget()).toBe(1250);
    expect(record.writes).toHaveLength(3);
  });
});

test('0 keeps them for ever', async ({ record, app, send, forget }) => {
  await send('old');
  app.clock.advance(10_000 * DAY_MS);
  record.clear();
  expect(await forget()).toBe(0);
  expect(record.writes).toEqual([]);
  expect(await app.sql('SELECT content FROM messages')).toEqual([['old']]);
});
