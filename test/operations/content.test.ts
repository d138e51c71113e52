import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Person, person, type TestApp } from '../support/app.ts';
import { befriend } from '../support/friends.ts';
import { operate, operatedApp } from '../support/operate.ts';

let app: TestApp;
let li: Person;
let wang: Person;
let group: number;
beforeAll(async () => {
  app = await operatedApp();
  [li, wang] = [await person(app, '李雷'), await person(app, '王芳')];
  await befriend(li, wang);
  group = Number((await li.call('/chat/createGroup', { name: '周末爬山', ids: String(wang.id) })).data.id);
});
afterAll(() => app.close());

const look = async (name: string, given: object, role = 'moderator') => operate(app, role, name, given);
const acts = async () =>
  (await app.sql('SELECT operation, subject, subject_id FROM audit ORDER BY id')).map((row) => [...row]);

describe('groups', () => {
  test('are found by number, by a part of the name, and by who is in them', async () => {
    const rows = [{ group, name: '周末爬山', owner: li.id, dismissed: '' }];
    for (const given of [{ text: String(group) }, { text: '爬山' }, { user: wang.id }, {}])
      expect((await look('groups.find', given, 'support')).body).toEqual({ rows, total: 1, next: null });
    for (const given of [{ text: '999999' }, { text: '看海' }])
      expect((await look('groups.find', given)).body.rows).toEqual([]);
    expect((await look('groups.find', { user: 'x' })).status).toBe(400);
  });

  test('show who leads them, how many are in them, and who they are', async () => {
    const { body } = await look('groups.show', { group }, 'support');
    expect(body).toMatchObject({ group, owner: li.id, members: 2, capacity: 100, level: 0, fee: '0.00' });
    const { body: members } = await look('groups.members', { group });
    expect(members.rows.map(({ user, role }: { user: number; role: string }) => [user, role])).toEqual([
      [li.id, 'group owner'],
      [wang.id, 'member'],
    ]);
    expect((await look('groups.show', { group: 1 })).status).toBe(409);
    expect((await look('groups.members', { group }, 'finance')).status).toBe(403);
  });
});

describe('what people have written', () => {
  test('is listed without what it says, and shown for a reason that the audit keeps', async () => {
    const { data: sent } = await wang.call('/im/send', {
      msgId: '1',
      fromType: 2,
      destId: group,
      messageType: 2,
      content: '赌博群，加我',
    });
    const { body: list } = await look('messages.list', { group });
    expect(list).toMatchObject({ total: 1, rows: [{ sender: wang.id, kind: 'Text', recalled: '' }] });
    expect(JSON.stringify(list)).not.toContain('赌博');
    const { message } = list.rows[0];
    expect(sent).toBeDefined();
    const before = (await acts()).length;
    expect((await look('messages.show', { message })).status).toBe(400);
    expect((await look('messages.show', { message, reason: 'x' }, 'support')).status).toBe(403);
    expect((await look('messages.show', { message: 1, reason: 'x' })).status).toBe(409);
    expect((await acts()).length).toBe(before);
    const { body } = await look('messages.show', { message, reason: 'complaint 12' });
    expect(body).toMatchObject({ sender: wang.id, to: `group ${group}`, text: '赌博群，加我', packet: null });
    expect((await acts()).at(-1)).toEqual(['messages.show', 'message', String(message)]);
    expect(JSON.stringify(await app.sql('SELECT * FROM audit_details'))).not.toContain('赌博');
  });

  test('so are moments, with what others said of them', async () => {
    await wang.call('/feed/addFeed', { text: '出售证件', priv: 0 });
    const { body: list } = await look('moments.list', { user: wang.id });
    expect(list).toMatchObject({ total: 1, rows: [{ privacy: 'friends', count: 0 }] });
    expect(JSON.stringify(list)).not.toContain('出售');
    const { moment } = list.rows[0];
    await li.call('/feed/addFeedComment', { feedId: moment, text: '多少钱' });
    expect((await look('moments.show', { moment })).status).toBe(400);
    const { body } = await look('moments.show', { moment, reason: 'complaint 13' });
    expect(body).toMatchObject({
      author: wang.id,
      text: '出售证件',
      comments: [{ user: li.id, text: '多少钱' }],
    });
    expect((await acts()).at(-1)).toEqual(['moments.show', 'moment', String(moment)]);
    expect((await look('moments.show', { moment: 1, reason: 'x' })).status).toBe(409);
  });
});
