import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sweep } from '../../src/sweep.ts';
import { type Params, type Person, person, type TestApp } from '../support/app.ts';
import { change } from '../support/bank.ts';
import { befriend } from '../support/friends.ts';
import { post } from '../support/moments.ts';
import { operate, operatedApp } from '../support/operate.ts';

const BAD = '出售假证';
let app: TestApp;
let li: Person;
let wang: Person;
let zhao: Person;
beforeEach(async () => {
  app = await operatedApp();
  [li, wang, zhao] = [await person(app, 'li'), await person(app, 'wang'), await person(app, 'zhao')];
  await befriend(li, wang);
});
afterEach(() => app.close());

const file = (who: Person, more: Params = {}) =>
  who.call('/chat/report', { destId: li.id, destType: 0, msg: 'look', ...more });
async function filed(who: Person, more: Params = {}): Promise<number> {
  const reply = await file(who, more);
  expect([reply.code, reply.data.reason]).toEqual(['1', undefined]);
  return Number(reply.data.info.id);
}
const moderator = (name: string, given: object = {}) => operate(app, 'moderator', name, given);
const said = async (who: Person): Promise<string> =>
  JSON.stringify(await app.sql(`SELECT content FROM inbox WHERE user_id = ${who.id} AND from_id = 21501`));
const message = async (from: Person, to: Params): Promise<string> => {
  const msgId = `r${Math.trunc(app.clock.now() % 1e6)}`;
  expect((await from.call('/im/send', { msgId, messageType: 2, content: BAD, ...to })).code).toBe('1');
  return msgId;
};

describe('what a complaint names', () => {
  test('is copied, sealed, when it is reported, and stays when its author deletes it', async () => {
    const feedId = await post(li, { text: BAD });
    const report = await filed(wang, { feedId, category: 'fraud' });
    await li.call('/feed/deleteFeed', { feedId });
    expect(JSON.stringify(await app.sql('SELECT * FROM reports'))).not.toContain(BAD);
    const { body } = await moderator('reports.show', { report, reason: 'look' });
    expect(body).toMatchObject({ what: 'moment', category: 'fraud', about: `user ${li.id}`, state: 'open' });
    expect(JSON.parse(body.evidence)).toMatchObject({ author: li.id, text: BAD });
    app.clock.advance(181 * 24 * 3600_000);
    await sweep(app.platform);
    expect((await moderator('reports.show', { report, reason: 'look' })).body.evidence).toBe('');
  });

  test('may be a comment, a message between two or in a group, and a note', async () => {
    const feedId = await post(wang);
    await li.call('/feed/addFeedComment', { feedId, text: BAD });
    const commentId = Number((await app.sql('SELECT id FROM moment_comments'))[0]?.[0]);
    await filed(wang, { commentId });
    await filed(wang, { msgId: await message(li, { fromType: 1, destId: wang.id }) });
    const group = Number((await li.call('/chat/createGroup', { name: 'tea', ids: `${wang.id}` })).data.id);
    app.clock.advance(1000);
    const msgId = await message(li, { fromType: 2, destId: group });
    await filed(wang, { msgId });
    await filed(wang, { msgId, destType: 1, destId: group });
    await li.call('/chat/createGroupNote', { groupId: group, title: BAD, content: 'x' });
    const noteId = Number((await app.sql('SELECT id FROM group_notes'))[0]?.[0]);
    await filed(wang, { noteId, destType: 1, destId: group });
    const kinds = await app.sql('SELECT subject FROM reports ORDER BY id');
    expect(kinds.flat()).toEqual(['comment', 'message', 'message', 'message', 'note']);
    // Somebody who sees none of it names none of it.
    for (const named of [{ feedId }, { commentId }, { noteId }, { msgId }])
      expect((await file(zhao, named)).data.reason).toBe('NO_SUCH_CONTENT');
  });

  test('is one thing, of the person whom it is about, and there', async () => {
    const feedId = await post(li);
    expect((await file(wang, { feedId, commentId: 5 })).data).toMatchObject({ field: 'commentId' });
    expect((await file(wang, { feedId, destId: zhao.id })).data.reason).toBe('NO_SUCH_CONTENT');
    expect((await file(wang, { feedId: 5 })).data.reason).toBe('NO_SUCH_CONTENT');
    expect((await file(wang, { category: 'tea' })).code).toBe('-1');
    expect(await app.sql('SELECT * FROM reports')).toEqual([]);
  });
});

test('a person files fifty complaints a day at most', async () => {
  await filed(wang);
  const [[at] = []] = await app.sql('SELECT created_at FROM reports');
  const others = Array.from({ length: 49 }, (_, i) =>
    change(
      `INSERT INTO reports (id, user_id, dest_type, dest_id, status, created_at, updated_at)
        VALUES (${i + 1}, ${wang.id}, 0, ${li.id}, 1, ${at}, ${at})`,
    ),
  );
  await app.executor.write(others);
  expect((await file(wang)).data.reason).toBe('TOO_MANY');
  app.clock.advance(24 * 3600_000);
  await filed(wang);
});

describe('the queue', () => {
  test('groups by whom complaints are about, those first that wait longest', async () => {
    const first = await filed(wang, { category: 'fraud' });
    app.clock.advance(1000);
    await filed(zhao, { category: 'spam' });
    await filed(zhao, { destId: wang.id });
    const { body } = await moderator('reports.reported');
    expect(body.total).toBe(2);
    expect(body.rows).toMatchObject([
      { report: first, about: `user ${li.id}`, complaints: 2, people: 2, categories: 'fraud,spam' },
      { about: `user ${wang.id}`, complaints: 1, people: 1 },
    ]);
    expect((await moderator('reports.list', { user: li.id })).body.total).toBe(2);
  });

  test('is worked off by an act, which closes all about the same and tells each reporter once', async () => {
    await befriend(li, zhao);
    const feedId = await post(li, { text: BAD });
    const report = await filed(wang, { feedId });
    await filed(zhao, { feedId });
    await filed(wang, { feedId });
    const other = await filed(wang);
    const taken = { moment: feedId, report, reason: 'law' };
    expect((await moderator('takedowns.moment', taken)).body).toMatchObject({ outcome: 'removed', report });
    expect((await moderator('reports.list')).body.rows).toMatchObject([{ report: other }]);
    for (const who of [wang, zhao]) expect((await said(who)).match(/已被移除/g)).toHaveLength(1);
    expect(await app.sql("SELECT user_id FROM inbox WHERE content LIKE '%contentRemoved%'")).toEqual([
      [li.id],
    ]);
    expect(await app.sql('SELECT count(*) FROM official_notices')).toEqual([[2]]);
    expect((await moderator('reports.show', { report, reason: 'x' })).body.outcome).toBe('removed');
  });

  test('keeps a complaint that an act does not answer', async () => {
    const report = await filed(wang);
    const about = (name: string, given: object) => moderator(name, { report, reason: 'law', ...given });
    expect((await about('users.warn', { user: zhao.id })).body.message).toBe(
      `Report ${report} is about user ${li.id}.`,
    );
    await moderator('users.mute', { user: li.id, reason: 'law' });
    expect((await about('users.mute', { user: li.id })).status).toBe(409);
    expect((await moderator('reports.list')).body.total).toBe(1);
    expect((await about('users.ban', { user: li.id })).body.outcome).toBe('banned');
    expect(await said(wang)).toContain('已停用');
    expect((await about('users.ban', { user: li.id })).body.message).toBe(
      `Report ${report} is closed already.`,
    );
    const audit = await app.sql('SELECT operation FROM audit ORDER BY id');
    expect(audit.flat()).toEqual(['users.mute', 'users.ban']);
  });

  test('is closed as unfounded for all about one person, whose reporters hear it and who does not', async () => {
    const report = await filed(wang);
    await filed(zhao);
    const closed = { report, outcome: 'unfounded', all: true };
    expect((await moderator('reports.close', closed)).status).toBe(200);
    for (const who of [wang, zhao]) expect(await said(who)).toContain('暂未发现违规');
    expect(await said(li)).toBe('[]');
    expect((await moderator('reports.list')).body.total).toBe(0);
    expect((await moderator('reports.close', closed)).body.message).toBe(
      `Report ${report} is closed already.`,
    );
  });
});
