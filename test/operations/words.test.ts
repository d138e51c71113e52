import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sendFor } from '../../src/features/chat/over-socket.ts';
import { layWordsReady } from '../../src/features/words/compile.ts';
import { createScreening } from '../../src/features/words/screening.ts';
import type { OwnFiles } from '../../src/platform/files/own-files.ts';
import { type Person, person, type TestApp } from '../support/app.ts';
import { befriend } from '../support/friends.ts';
import { post } from '../support/moments.ts';
import { operate, operatedApp } from '../support/operate.ts';

/** Files of the server's own, in memory. */
function memoryOwnFiles(): OwnFiles & { readonly names: () => string[] } {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  return {
    names: () => [...files.keys()],
    get: async (name) => files.get(name)?.slice().buffer,
    async put(name, bytes) {
      files.set(name, bytes.slice());
    },
    async delete(name) {
      files.delete(name);
    },
  };
}

let app: TestApp;
let li: Person;
let wang: Person;
beforeEach(async () => {
  app = await operatedApp();
  [li, wang] = [await person(app, 'li'), await person(app, 'wang')];
  await befriend(li, wang);
});
afterEach(() => app.close());

const as = (role: string, name: string, given: object = {}) => operate(app, role, name, given);
async function add(word: string, action: string, scope = 'all') {
  expect((await as('moderator', 'words.add', { word, action, scope })).body).toMatchObject({ done: true });
}
const makeGroup = async () =>
  Number((await li.call('/chat/createGroup', { name: 'tea', ids: `${wang.id}` })).data.id);
let count = 0;
const message = (content: string, messageType = 2) => {
  count += 1;
  return { msgId: `m${count}`, fromType: 1, destId: wang.id, messageType, content };
};
const say = (content: string, messageType?: number) => li.call('/im/send', message(content, messageType));
const stored = async () =>
  (await app.sql('SELECT content FROM messages ORDER BY id')).map(([content]) => content);
const WORDS = { code: '-1', data: { reason: 'WORD_REFUSED' } };
const hits = async () =>
  (await as('support', 'words.hits')).body.rows.map(
    ({ word, hits: times }: { word: string; hits: number }) => [word, times],
  );

describe('a word that is refused', () => {
  beforeEach(() => add('赌博', 'refuse'));

  test('keeps a text from being written, wherever others would see it, and is counted', async () => {
    const group = await makeGroup();
    for (const [path, params] of [
      ['/feed/addFeed', { text: '来赌\u200b博', priv: 0 }],
      ['/chat/updateProfile', { sign: '赌博' }],
      ['/chat/updateProfile', { nickName: '赌博王' }],
      ['/chat/updateGroup', { groupId: group, name: '赌博' }],
      ['/chat/updateGroupDesc', { groupId: group, descriptions: '赌博' }],
      ['/chat/createGroupNote', { groupId: group, title: 'a', content: '赌博' }],
      ['/chat/createGroup', { name: '赌博', ids: String(wang.id) }],
      ['/geo/sendGreet', { destId: wang.id, msg: '赌博' }],
    ] as const)
      expect(await li.call(path, params), path).toMatchObject(WORDS);
    for (const [content, type] of [
      ['赌博', 2],
      ['{"atIds":"1","content":"\\u8d4c博"}', 35],
      ['{"fileName":"赌博.pdf","fileUrl":"/upload/a.pdf"}', 4],
    ] as const)
      expect(await say(content, type), content).toMatchObject(WORDS);
    expect(await stored()).toEqual([]);
    expect(await app.sql('SELECT count(*) FROM moments')).toEqual([[0]]);
    expect(JSON.stringify((await say('赌博')).data)).not.toContain('赌');
    expect(await hits()).toEqual([['赌博', 12]]);
  });

  test('keeps it from a socket as well', async () => {
    const caller = {
      userId: li.id,
      sessionId: (await app.sql(`SELECT id FROM sessions WHERE user_id = ${li.id}`))[0]?.[0],
      device: 1,
    };
    const reply = await sendFor(app.platform, caller as never, message('赌博') as never);
    expect(reply).toMatchObject({ code: -1, data: { reason: 'WORD_REFUSED' } });
    expect(await stored()).toEqual([]);
  });

  test('lets others be written, and all once it is off the list', async () => {
    expect((await say('我不赌 博士')).code).toBe('1');
    expect((await as('moderator', 'words.remove', { word: '赌博' })).body.done).toBe(true);
    expect((await say('赌博')).code).toBe('1');
  });

  test('says nothing of what only its writer sees', async () => {
    expect((await li.call('/chat/updateRemark', { destId: wang.id, remark: '赌博' })).code).toBe('1');
  });
});

test('a masked word is stored covered, in a text and within JSON', async () => {
  await add('赌博', 'mask', 'message');
  await say('来赌博吧');
  await say('{"atIds":"1","content":"来赌博"}', 35);
  expect(await stored()).toEqual(['来＊＊吧', '{"atIds":"1","content":"来＊＊"}']);
  expect((await li.call('/chat/updateProfile', { sign: '赌博' })).code).toBe('1');
});

describe('a word that is looked at', () => {
  const queue = async () => (await as('support', 'review.list')).body.rows;
  beforeEach(() => add('兼职', 'review'));

  test('is written, waits in the queue sealed, and passes', async () => {
    expect((await say('招兼职')).code).toBe('1');
    const [row] = await queue();
    expect(row).toMatchObject({ scope: 'message', by: li.id, cause: '兼职' });
    expect(JSON.parse(row.place)).toEqual({ msgId: `m${count}`, destType: 1, destId: wang.id });
    expect(JSON.stringify(await app.sql('SELECT * FROM reviews'))).not.toContain('招');
    const queues = (await as('support', 'queues.list')).body.rows;
    expect(queues).toContainEqual(expect.objectContaining({ queue: 'review', waiting: 1 }));
    const { review } = row;
    expect((await as('moderator', 'review.show', { review })).status).toBe(400);
    const shown = await as('moderator', 'review.show', { review, reason: 'queue' });
    expect(shown.body).toMatchObject({ text: '招兼职', state: 'waits' });
    expect((await as('support', 'review.pass', { review })).status).toBe(403);
    expect((await as('moderator', 'review.pass', { review })).body.done).toBe(true);
    expect((await as('moderator', 'review.pass', { review })).body.error).toBe('NOTHING_DONE');
    expect(await queue()).toEqual([]);
  });

  test('goes with its message, moment, comment, note or name', async () => {
    const group = await makeGroup();
    await say('招兼职');
    const feedId = await post(li, { text: '招兼职 2', priv: 0 });
    await li.call('/feed/addFeedComment', { feedId, text: '兼职 3' });
    await li.call('/chat/createGroupNote', { groupId: group, title: 't', content: '兼职 4' });
    await li.call('/chat/updateProfile', { name: '兼职哥' });
    const rows = await queue();
    expect(rows.map(({ scope }: { scope: string }) => scope)).toEqual([
      'message',
      'moment',
      'comment',
      'note',
      'name',
    ]);
    // The comment before its moment.
    for (const { review } of rows.toSorted((a: { scope: string }, b: { scope: string }) =>
      a.scope < b.scope ? -1 : 1,
    ))
      expect((await as('moderator', 'review.take-down', { review, reason: 'ads' })).body).toMatchObject({
        done: true,
      });
    const left = await app.sql(
      `SELECT (SELECT count(*) FROM messages WHERE recalled_at IS NULL), (SELECT count(*) FROM moments),
        (SELECT count(*) FROM moment_comments), (SELECT count(*) FROM group_notes), (SELECT name FROM users WHERE id = ${li.id})`,
    );
    expect(left).toEqual([[0, 0, 0, 0, `用户${li.id}`]]);
    expect(await queue()).toEqual([]);
  });

  test('of a refused call nobody has to look at anything', async () => {
    const stranger = await person(app, 'zhao');
    expect((await li.call('/im/send', { ...message('招兼职'), destId: stranger.id })).code).toBe('2');
    expect(await queue()).toEqual([]);
  });
});

test('a list is imported by a file, each line perhaps with its own scope and action, and listed', async () => {
  const file = `# a list\n赌博\r\n兼职\tmoment\treview\nＣasino\n\n\u200b\nx\tnowhere\n`;
  const { body } = await as('moderator', 'words.import', { file, action: 'refuse', scope: 'message' });
  expect(body).toMatchObject({ done: true, count: 1, of: 2 });
  expect(body.lines[1]).toMatchObject({ done: false, lines: '6, 7' });
  expect((await as('support', 'words.list')).body).toMatchObject({
    total: 3,
    rows: [
      { word: 'casino', scope: 'message', action: 'refuse' },
      { word: '兼职', scope: 'moment', action: 'review' },
      { word: '赌博', scope: 'message', action: 'refuse' },
    ],
  });
  expect(await say('CASINO')).toMatchObject(WORDS);
  const again = await as('moderator', 'words.import', { file: '赌博', action: 'refuse', scope: 'message' });
  expect(again.body).toMatchObject({ done: false, count: 0 });
});

test('a list is tried on what is stored, and nothing is changed', async () => {
  for (const text of ['来赌博', '茶', '赌博赌博']) await say(text);
  await li.call('/feed/addFeed', { text: '赌博', priv: 0 });
  const { body } = await as('moderator', 'words.try', { file: '赌博\n无', most: 2 });
  expect(body.words).toBe(2);
  expect(body.kinds).toContainEqual({ kind: 'message', looked: 2, hit: 1, most: '赌博 1' });
  expect(body.kinds).toContainEqual({ kind: 'moment', looked: 1, hit: 1, most: '赌博 1' });
  expect((await as('moderator', 'words.try', { file: '#' })).body.error).toBe('NOTHING_DONE');
  expect(await app.sql('SELECT count(*) FROM words')).toEqual([[0]]);
});

test.each(['words.add', 'words.remove', 'words.import', 'words.try'])(
  '%s is for moderators',
  async (name) => {
    expect((await as('support', name, { word: 'a', action: 'mask', file: 'a' })).status).toBe(403);
    expect(
      (await as('moderator', name, { word: '\u200b', action: 'burn', file: '' })).status,
    ).toBeGreaterThanOrEqual(400);
  },
);

describe('where processes do not last', () => {
  test('the list is laid ready once, loaded by each, and replaced when it changes', async () => {
    const ownFiles = memoryOwnFiles();
    const home = { ...app.platform, ownFiles };
    await add('赌博', 'refuse');
    expect(await layWordsReady(home)).toBe(1);
    expect(await layWordsReady(home)).toBe(0);
    const [first] = ownFiles.names();
    const other = createScreening(false);
    const look = async (text: string) =>
      (await other.screen(home, [{ scope: 'message', text }]))?.refused ?? -1;
    expect(await look('赌博')).toBe(0);
    await add('彩票', 'refuse');
    app.clock.advance(6000);
    // Not laid ready yet: the list before serves.
    expect(await look('彩票')).toBe(-1);
    await layWordsReady(home);
    app.clock.advance(6000);
    await look('');
    await new Promise(setImmediate);
    expect(await look('彩票')).toBe(0);
    expect(ownFiles.names()).not.toContain(first);
    expect(ownFiles.names()).toHaveLength(1);
  });

  test('it is built where its bytes are lost', async () => {
    await add('赌博', 'refuse');
    const home = { ...app.platform, ownFiles: memoryOwnFiles() };
    const screened = await createScreening(false).screen(home, [{ scope: 'message', text: '赌博' }]);
    expect(screened?.refused).toBe(0);
  });
});

test('where no word is, nothing is asked of the database but whether one is, every few seconds', async () => {
  let reads = 0;
  const { db } = app.platform;
  const read = ((queries: never) => {
    reads += 1;
    return db.read(queries);
  }) as typeof db.read;
  const counting = { ...app.platform, db: { ...db, read } };
  const screening = createScreening(true);
  const look = () => screening.screen(counting, [{ scope: 'message', text: '茶' }]);
  await look();
  expect(look()).toBeUndefined();
  expect(reads).toBe(1);
  app.clock.advance(6000);
  await look();
  expect(reads).toBe(2);
});

test('what was met and looked at long ago is forgotten', async () => {
  await add('兼职', 'review');
  await say('兼职');
  app.clock.advance(190 * 24 * 3600_000);
  const { sweep } = await import('../../src/sweep.ts');
  await sweep(app.platform);
  expect(await app.sql('SELECT (SELECT count(*) FROM reviews), (SELECT count(*) FROM word_hits)')).toEqual([
    [0, 0],
  ]);
});
