import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { takePeopleDown } from '../../src/features/takedowns/person.ts';
import { verifyAudit } from '../../src/operations/audit/verify.ts';
import { sweep } from '../../src/sweep.ts';
import { type Params, type Person, person, rawRequest, type TestApp } from '../support/app.ts';
import { memoryFiles } from '../support/files.ts';
import { file, form, MULTIPART } from '../support/forms.ts';
import { befriend } from '../support/friends.ts';
import { post } from '../support/moments.ts';
import { operate, operatedApp } from '../support/operate.ts';
import { picture } from '../support/pictures.ts';
import { statusOf, sweepAll } from '../support/uploads.ts';

const BAD = '出售假证';
const DAY = 24 * 3600_000;
const bytes = await picture('jpeg', 64, 48);

let app: TestApp;
let li: Person;
let wang: Person;
beforeEach(async () => {
  app = await operatedApp({ platform: { files: memoryFiles() } });
  [li, wang] = [await person(app, 'li'), await person(app, 'wang')];
  await befriend(li, wang);
});
afterEach(async () => {
  const { db, keys } = app.platform;
  expect((await verifyAudit(db, keys.audit, app.clock.now())).faults).toEqual([]);
  expect(JSON.stringify(await app.sql('SELECT before, after FROM audit_details'))).not.toContain(BAD);
  await app.close();
});

const moderator = (name: string, given: object = {}) =>
  operate(app, 'moderator', `takedowns.${name}`, { reason: 'complaint 812', ...given });
async function down(name: string, given: object): Promise<number> {
  const { status, body } = await moderator(name, given);
  expect([status, body.message]).toEqual([200, undefined]);
  return body.takedown;
}
const back = async (takedown: number) => expect((await moderator('restore', { takedown })).status).toBe(200);
async function upload(who: Person): Promise<{ code: string; status: number; url: string; key: string }> {
  const request = rawRequest('/chat/uploadImage', form(file(bytes)), MULTIPART, who.token);
  const response = await app.fetch(request);
  const { code, data } = (await response.json()) as { code: string; data: { fileSize?: string } };
  const url = data.fileSize ?? '';
  return { code, status: response.status, url, key: url.slice(url.lastIndexOf('/') + 1) };
}
/** A group of two who are friends already. */
const groupOf = async (owner: Person, member: Person): Promise<number> =>
  Number((await owner.call('/chat/createGroup', { name: 'tea', ids: `${member.id}` })).data.id);
/** Wang keeps what somebody, or a group, has said. */
const keep = async (fromId: number, content: string, fromName: string) => {
  const kept = { category: 1, content, fromId, fromName, fromHeadUrl: '' };
  expect((await wang.call('/favorite/addFavorite', kept)).code).toBe('1');
};
let count = 0;
const send = async (from: Person, message: Params) => {
  count += 1;
  const sent = { msgId: `m${count}`, fromType: 1, messageType: 2, content: BAD, ...message };
  expect((await from.call('/im/send', sent)).code).toBe('1');
  return sent.msgId;
};

/** Everything that a person is answered about others, as one text. */
async function all(who: Person, ...more: [string, Params][]): Promise<string> {
  const calls: [string, Params][] = [
    ['/im/sync', { after: 0, limit: 200 }],
    ['/im/history', { destType: 1, destId: who === li ? wang.id : li.id }],
    ['/feed/getFeed', { pageNo: 1 }],
    ['/feed/getFriendFeed', { friendId: li.id }],
    ['/feed/getFeedAlbum', { destId: li.id }],
    ['/chat/ready', {}],
    ['/favorite/getFavorite', { pageNo: 1 }],
    ['/chat/getUserById', { destId: li.id }],
    ...more,
  ];
  const answers: string[] = [];
  for (const [path, params] of calls)
    answers.push(JSON.stringify((await who.call(path, params)).data ?? null));
  return answers.join('\n');
}

describe('a moment', () => {
  test('goes with its comments, events and its author’s picture, and comes back with them', async () => {
    const { url, key } = await upload(li);
    const moment = await post(li, { text: BAD, images: url, at: `${wang.id}` });
    await wang.call('/feed/addFeedComment', { feedId: moment, text: 'how much?' });
    await wang.call('/feed/addFeedPraise', { feedId: moment });
    expect(await all(wang)).toContain(BAD);
    const takedown = await down('moment', { moment });
    for (const who of [li, wang]) {
      const answers = await all(who, ['/feed/getOneFeed', { feedId: moment }]);
      for (const gone of [BAD, key, 'how much?']) expect(answers).not.toContain(gone);
    }
    expect([await statusOf(app, key), await statusOf(app, `small_${key}`)]).toEqual([410, 410]);
    expect((await moderator('moment', { moment })).status).toBe(409);
    await back(takedown);
    const one = (await wang.call('/feed/getOneFeed', { feedId: moment })).data;
    expect(JSON.stringify(one)).toContain(BAD);
    expect([one.imFeedComments.length, one.imFeedPraises.length]).toEqual([1, 1]);
    expect(await statusOf(app, key)).toBe(200);
    expect((await moderator('restore', { takedown })).body.message).toMatch(/^It is back already/);
  });

  test('leaves the files of others that it names', async () => {
    const { url, key } = await upload(wang);
    await down('moment', { moment: await post(li, { text: BAD, images: url }) });
    expect(await statusOf(app, key)).toBe(200);
  });
});

test('a comment goes, also from what waits for its readers, and comes back while its moment is there', async () => {
  const moment = await post(wang);
  await li.call('/feed/addFeedComment', { feedId: moment, text: BAD });
  const comment = (await app.sql('SELECT id FROM moment_comments'))[0]?.[0];
  const one: [string, Params] = ['/feed/getOneFeed', { feedId: moment }];
  expect(await all(wang, one)).toContain(BAD);
  const takedown = await down('comment', { comment });
  expect(await all(wang, one)).not.toContain(BAD);
  await back(takedown);
  expect(await all(wang, one)).toContain(BAD);
  const again = await down('comment', { comment });
  await wang.call('/feed/deleteFeed', { feedId: moment });
  expect((await moderator('restore', { takedown: again })).body.message).toMatch(/place is taken or gone/);
});

describe('a message', () => {
  test('to a friend is recalled after weeks, from history, waiting events and favourites', async () => {
    const { url, key } = await upload(li);
    const message = await send(li, { destId: wang.id, messageType: 3, content: url });
    await wang.call('/favorite/addFavorite', {
      category: 2,
      content: url,
      fromId: li.id,
      fromName: 'li',
      fromHeadUrl: url,
    });
    expect((await app.sql('SELECT count(*) FROM favourites'))[0]?.[0]).toBe(1);
    app.clock.advance(20 * DAY);
    const takedown = await down('message', { sender: li.id, message });
    for (const who of [li, wang]) expect(await all(who)).not.toContain(key);
    expect(await app.sql('SELECT count(*) FROM favourites')).toEqual([[0]]);
    const recalls = await app.sql('SELECT user_id, content FROM inbox WHERE type = 32 ORDER BY user_id');
    expect(recalls).toEqual([li, wang].map(({ id }) => [id, message]));
    expect(await statusOf(app, key)).toBe(410);
    await back(takedown);
    const { list } = (await wang.call('/im/history', { destType: 1, destId: li.id })).data;
    expect(JSON.stringify(list)).toContain(key);
  });

  test('in a group is recalled for all members, and a forwarded copy stays', async () => {
    const group = await groupOf(li, wang);
    const message = await send(li, { fromType: 2, destId: group });
    await send(wang, { fromType: 2, destId: group, content: `fwd ${BAD}` });
    await down('message', { sender: li.id, message });
    const { list } = (await wang.call('/im/history', { destType: 2, destId: group })).data;
    expect(JSON.stringify(list).match(new RegExp(BAD, 'g'))).toHaveLength(1);
    expect(await app.sql('SELECT user_id, from_type FROM inbox WHERE type = 32')).toEqual([[-group, 2]]);
    expect((await moderator('message', { sender: li.id, message })).status).toBe(409);
  });
});

test('a note of a group goes, and comes back while the group is there', async () => {
  const group = await groupOf(li, wang);
  await li.call('/chat/createGroupNote', { groupId: group, title: 't', content: BAD });
  const note = (await app.sql('SELECT id FROM group_notes'))[0]?.[0];
  const list: [string, Params] = ['/chat/getNoteList', { groupId: group }];
  expect(await all(wang, list)).toContain(BAD);
  const takedown = await down('note', { note });
  expect(await all(wang, list)).not.toContain(BAD);
  await back(takedown);
  expect(await all(wang, list)).toContain(BAD);
});

describe('a profile', () => {
  test('loses its name, in events that wait as well, and gets it back while it has no other', async () => {
    await li.call('/chat/updateProfile', { nickName: BAD });
    await keep(li.id, 'hello', BAD);
    expect(await all(wang)).toContain(BAD);
    const takedown = await down('name', { user: li.id });
    expect(await all(wang)).not.toContain(BAD);
    expect((await app.sql('SELECT name, nick_name FROM users WHERE id = ?', li.id))[0]).toEqual([
      `用户${li.id}`,
      `用户${li.id}`,
    ]);
    expect((await moderator('name', { user: li.id })).status).toBe(409);
    await back(takedown);
    expect(await all(wang)).toContain(BAD);
    const again = await down('name', { user: li.id });
    await li.call('/chat/updateProfile', { nickName: '李雷' });
    expect((await moderator('restore', { takedown: again })).status).toBe(409);
  });

  test('loses its picture and background, with their files', async () => {
    const { url, key } = await upload(li);
    await app.executor.write([
      {
        sql: 'UPDATE users SET head_url = ?, moments_cover = ? WHERE id = ?',
        params: [url, url, li.id],
        kind: 'change',
      },
    ]);
    const avatar = await down('avatar', { user: li.id });
    const background = await down('background', { user: li.id });
    expect(await all(wang)).not.toContain(key);
    expect(await statusOf(app, key)).toBe(410);
    await back(avatar);
    await back(background);
    expect(await app.sql('SELECT head_url, moments_cover FROM users WHERE id = ?', li.id)).toEqual([
      [url, url],
    ]);
    expect(await statusOf(app, key)).toBe(200);
  });
});

test('a group is dismissed for its members, who hear nothing else of it, and comes back with them', async () => {
  const group = await groupOf(li, wang);
  await li.call('/chat/updateGroup', { groupId: group, name: BAD });
  await send(li, { fromType: 2, destId: group });
  await li.call('/chat/transGroup', { groupId: group, destId: wang.id });
  await keep(group, 'hello', BAD);
  expect(await app.sql('SELECT count(*) FROM inbox WHERE type = 52')).toEqual([[1]]);
  const takedown = await down('group', { group });
  const info: [string, Params] = ['/chat/getGroupById', { destId: group }];
  for (const who of [li, wang]) expect(await all(who, info)).not.toContain(BAD);
  const told = (await wang.call('/im/sync', { after: 0, limit: 200 })).data.list;
  expect(told.filter((event: { messageType: string }) => event.messageType === '51')).toHaveLength(1);
  expect(await app.sql('SELECT count(*) FROM group_members WHERE group_id = ?', group)).toEqual([[0]]);
  await back(takedown);
  expect(
    await app.sql('SELECT user_id, role FROM group_members WHERE group_id = ? ORDER BY role', group),
  ).toEqual([
    [li.id, 1],
    [wang.id, 3],
  ]);
  expect(await app.sql('SELECT name FROM groups WHERE id = ?', group)).toEqual([[BAD]]);
});

test('the bytes of a file that is down are refused, until it comes back', async () => {
  const { key } = await upload(li);
  const remove = { file: key, reason: 'complaint 812' };
  expect((await operate(app, 'moderator', 'files.remove', remove)).status).toBe(200);
  expect(await upload(wang)).toMatchObject({ code: '-1' });
  expect((await operate(app, 'moderator', 'files.restore', remove)).status).toBe(200);
  expect(await upload(wang)).toMatchObject({ code: '1' });
  expect((await moderator('list')).status).toBe(400);
  const { rows, total } = (await operate(app, 'support', 'takedowns.list')).body;
  expect([rows.length, total, rows[0].subject, rows[0].back !== '']).toEqual([1, 1, 'file', true]);
});

test('all of a person’s goes in bounded steps, and comes back', async () => {
  await li.call('/chat/updateProfile', { nickName: BAD });
  const group = await groupOf(wang, li);
  for (let i = 0; i < 12; i += 1) {
    await post(li, { text: BAD });
    await send(li, { destId: wang.id });
    await send(li, { fromType: 2, destId: group });
  }
  const theirs = await post(wang, { text: 'mine' });
  await li.call('/feed/addFeedComment', { feedId: theirs, text: BAD });
  const everything = () =>
    all(wang, ['/feed/getOneFeed', { feedId: theirs }], ['/im/history', { destType: 2, destId: group }]);
  const before = (await everything()).split(BAD).length;
  await down('person', { user: li.id });
  expect((await moderator('person', { user: li.id })).status).toBe(409);
  while ((await takePeopleDown(app.platform)) > 0);
  expect(await everything()).not.toContain(BAD);
  expect(await everything()).toContain('mine');
  await down('restore-person', { user: li.id });
  while ((await takePeopleDown(app.platform)) > 0);
  expect((await everything()).split(BAD).length).toBeGreaterThan(before / 2);
  expect(await app.sql('SELECT count(*) FROM takedowns WHERE restored_at IS NULL')).toEqual([[0]]);
  expect(await app.sql('SELECT count(*) FROM person_takedowns')).toEqual([[0]]);
});

test('the copy is sealed, is shown in writing alone, and is gone with the bytes after 180 days', async () => {
  const { url, key } = await upload(li);
  const takedown = await down('moment', { moment: await post(li, { text: BAD, images: url }) });
  expect(JSON.stringify(await app.sql('SELECT * FROM takedowns'))).not.toContain(BAD);
  const show = () => operate(app, 'moderator', 'takedowns.show', { takedown, reason: 'the police ask' });
  expect((await show()).body.evidence).toContain(BAD);
  expect(await app.sql("SELECT count(*) FROM audit WHERE operation = 'takedowns.show'")).toEqual([[1]]);
  await sweepAll(app);
  app.clock.advance(180 * DAY);
  await sweep(app.platform);
  await sweepAll(app);
  expect((await show()).body.message).toMatch(/180 days have passed/);
  expect((await moderator('restore', { takedown })).status).toBe(409);
  expect(await statusOf(app, key)).toBe(410);
  expect(await app.platform.files.head(key)).toBeUndefined();
  expect(await app.sql('SELECT erased_at IS NOT NULL FROM uploads WHERE key = ?', key)).toEqual([[1]]);
  expect(await upload(await person(app, 'zhao'))).toMatchObject({ code: '-1' });
});
