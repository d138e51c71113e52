import { describe, expect } from 'vitest';
import { numberMessages } from '../../../src/features/conversations/number-messages.ts';
import { sweep } from '../../../src/sweep.ts';
import type { Params, Person } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';
import { befriend } from '../../support/friends.ts';
import { groupOf } from '../../support/groups.ts';
import { onDevice } from '../../support/realtime.ts';

const DAY_MS = 24 * 3600 * 1000;
const test = appTest();

let count = 0;
const send = (from: Person, message: Params) =>
  from.call('/im/send', {
    msgId: `c${++count}`,
    fromType: 1,
    messageType: 2,
    content: '喝茶？',
    ...message,
  });
const page = async (who: Person, params: Params = {}) => (await who.call('/im/conversations', params)).data;

describe('the list of conversations', () => {
  test('shows people and groups with the last message, the newest first, by pages', async ({
    app,
    li,
    wang,
    zhao,
  }) => {
    const group = await groupOf(li, wang, zhao);
    expect(await page(li)).toMatchObject({ list: [], more: '0', left: [] });
    await send(wang, { destId: li.id });
    app.clock.advance(1);
    await send(zhao, { destId: li.id, content: '好' });
    app.clock.advance(1);
    const last = await send(wang, { fromType: 2, destId: group, content: '都来' });
    const first = await page(li, { limit: 2 });
    expect(first.more).toBe('1');
    expect(first.list).toMatchObject([
      {
        destType: '2',
        destId: `${group}`,
        name: '老茶馆',
        unread: '1',
        last: { id: last.data.id, content: '都来' },
      },
      {
        destType: '1',
        destId: `${zhao.id}`,
        name: '赵云',
        unread: '1',
        last: { content: '好', recalled: '0' },
      },
    ]);
    expect(await page(li, { limit: 2, before: first.list[1].last.id })).toMatchObject({
      list: [{ destType: '1', destId: `${wang.id}` }],
      more: '0',
    });
    expect((await page(zhao)).list).toMatchObject([
      { destType: '2', unread: '1' },
      { destType: '1', destId: `${li.id}`, unread: '0' },
    ]);
  });

  test('shows what is pinned, muted and read, and tells what has changed since', async ({
    app,
    li,
    wang,
  }) => {
    await befriend(li, wang);
    await send(wang, { destId: li.id, msgId: 'one' });
    const { since } = await page(li);
    expect((await page(li, { since })).list).toHaveLength(1); // what began before may have come behind it
    app.clock.advance(DAY_MS);
    const later = (await page(li)).since;
    expect((await page(li, { since: later })).list).toEqual([]);
    const acts: [string, (who: Person) => Promise<unknown>, object][] = [
      ['a pin', () => li.call('/chat/setTop', { destType: 1, destId: wang.id }), { isTop: '1' }],
      ['no pin', () => li.call('/chat/candleTop', { destType: 1, destId: wang.id }), { isTop: '0' }],
      [
        'a mute',
        () => li.call('/chat/setIgnore', { destType: 1, destId: wang.id, receiveTip: 0 }),
        { receiveTip: '0' },
      ],
      ['a read mark', () => send(li, { destId: wang.id, messageType: 33, content: '' }), { unread: '0' }],
      ['an answer', () => send(li, { destId: wang.id, msgId: 'mine' }), { last: { msgId: 'mine' } }],
      [
        'a recall',
        () => send(li, { destId: wang.id, messageType: 32, content: 'mine' }),
        { last: { recalled: '1', content: '' } },
      ],
      ['a read mark of the other', () => send(wang, { destId: li.id, messageType: 33, content: '' }), {}],
    ];
    for (const [what, act, found] of acts) {
      const before = (await page(li)).since;
      app.clock.advance(60_001);
      expect((await page(li, { since: Number(before) + 60_001 })).list, what).toEqual([]);
      await act(li);
      expect((await page(li, { since: Number(before) + 60_001 })).list, what).toMatchObject([found]);
      if (what === 'an answer') continue;
      app.clock.advance(60_001);
    }
    expect((await page(li)).list[0]).toMatchObject({ otherReadId: expect.stringMatching(/^\d{5,}$/) });
    await wang.call('/chat/setBlock', { blockId: li.id });
    expect((await page(li)).list[0]).toMatchObject({ otherReadId: '0' });
  });

  test('names groups that somebody has left, and shows nothing of before they came', async ({
    app,
    li,
    wang,
    zhao,
  }) => {
    const group = await groupOf(li, wang);
    await befriend(li, zhao);
    await send(wang, { fromType: 2, destId: group });
    app.clock.advance(1000);
    await li.call('/chat/addGroupMember', { groupId: group, inviteIds: zhao.id });
    const isIn = (await zhao.call('/im/history', { destType: 2, destId: group })).code === '1';
    expect(isIn).toBe(true);
    expect((await page(zhao)).list).toEqual([]);
    await send(wang, { fromType: 2, destId: group });
    expect((await page(zhao)).list).toMatchObject([{ unread: '1' }]);
    await zhao.call('/chat/quitGroup', { groupId: group });
    expect(await page(zhao)).toMatchObject({ list: [], left: [`${group}`] });
  });

  test('costs the same with ten unread messages and with ten thousand', async ({ app, li, wang, zhao }) => {
    await befriend(li, wang);
    await befriend(li, zhao);
    await send(wang, { destId: li.id });
    await send(zhao, { destId: li.id });
    await app.executor.write([
      {
        sql: `INSERT INTO messages (id, msg_id, sender_id, conversation, dest_type, dest_id, type, content, device, created_at, number, answers)
          WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
          SELECT m.id + n.i, 'n' || n.i, m.sender_id, m.conversation, 1, m.dest_id, 2, '', 1, m.created_at, n.i, 0
          FROM n CROSS JOIN messages AS m WHERE m.sender_id = ?`,
        params: [wang.id],
        kind: 'change',
      },
    ]);
    expect((await page(li)).list).toMatchObject([{ unread: '10000' }, { unread: '1' }]);
    expect(await numberMessages(app.platform)).toBe(0);
  });

  test.for([
    ['before', 'x'],
    ['since', '-1'],
    ['limit', '101'],
  ] as const)('refuses a %s of %s', async ([name, value], { li }) => {
    expect(await li.call('/im/conversations', { [name]: value })).toMatchObject({
      code: '-1',
      data: { reason: 'INVALID_PARAMETER', field: name },
    });
  });

  test('is nobody’s without a session', async ({ app }) => {
    expect((await app.call('/im/conversations')).code).toBe('601');
  });
});

describe('a gap', () => {
  test('is told to a client whose events went before its session began', async ({ app, li, wang }) => {
    await befriend(li, wang);
    await send(wang, { destId: li.id });
    const { seq, gap } = (await li.call('/im/sync', { after: 0 })).data;
    expect(gap).toBe('0');
    await li.call('/im/ack', { seq });
    expect((await li.call('/im/sync', { after: 0 })).data.gap).toBe('0');
    const { token } = (await app.call('/chat/doLogin', { mobie: li.mobile, pwd: 'secret1', device: 4 })).data;
    const told = async (after: number) => (await app.call('/im/sync', { after }, { token })).data.gap;
    expect(await told(0)).toBe('1');
    expect(await told(Number(seq))).toBe('0');
  });

  test('is told where events have gone by their age', async ({ app, li, wang }) => {
    await befriend(li, wang);
    await send(wang, { destId: li.id });
    const web = await onDevice(app, li, 4);
    app.clock.advance(31 * DAY_MS);
    await sweep(app.platform);
    expect((await web.call('/im/sync', { after: 0 })).data).toMatchObject({ gap: '1', list: [] });
    const { seq } = (await web.call('/im/sync', { after: 0 })).data;
    expect((await web.call('/im/sync', { after: seq })).data.gap).toBe('0');
  });
});
