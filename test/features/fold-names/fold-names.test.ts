import { describe, expect } from 'vitest';
import { foldNames } from '../../../src/features/fold-names/job.ts';
import { person } from '../../support/app.ts';
import { sharedAppTest } from '../../support/app-test.ts';
import { change } from '../../support/bank.ts';
import { befriend } from '../../support/friends.ts';

const test = sharedAppTest()
  .extend(
    'found',
    { scope: 'file' },
    ({ li }) =>
      async (mobile: string): Promise<string[]> =>
        (await li.call('/chat/queryUser', { mobile })).data.info.map(({ id }: { id: string }) => id),
  )
  .extend('named', { scope: 'file' }, ({ app }) => async (nickName: string): Promise<string> => {
    const somebody = await person(app);
    expect(await somebody.call('/chat/updateProfile', { nickName })).toMatchObject({ code: '1' });
    return String(somebody.id);
  });

describe('people are found by the beginning of their nickname', () => {
  test.for([
    ['Tom', ['tom', 'TO', 'ｔｏｍ', ' to ']],
    ['Ｗang', ['wang', 'WANG', 'w\u200Ba']],
    ['Ame\u0301lie', ['Amélie', 'amé', 'AMÉLIE']],
    ['Straße 9', ['strasse', 'STRASSE 9', 'straß', 'Straße\u30009']],
    ['İbrahim', ['ibrahim', 'IBRAHIM', 'İb']],
    ['ΣΊΣΥΦΟΣ', ['σίσυφος', 'σίσυφοσ']],
    ['김철수', ['김철', '\u1100\u1175\u11B7철']],
    ['100%_', ['100%', '100%_']],
    ['👨‍👩‍👧一家', ['👨‍👩‍👧', '👨‍👩‍👧一']],
  ] as const)('%s', async ([nickName, parts], { found, named }) => {
    const id = await named(nickName);
    for (const part of parts) expect(await found(part), part).toContain(id);
  });

  test('of one character where it is the whole of it, and not where others begin with it', async ({
    found,
    named,
  }) => {
    const [one, longer] = [await named('龘'), await named('龘龘')];
    expect(await found('龘')).toEqual([one]);
    expect(await found('龘龘')).toEqual([longer]);
  });

  test('by numbers and marks however they were typed or copied', async ({ app, found }) => {
    const wang = await person(app, 'x');
    await app.executor.write([change("UPDATE users SET vip_number = '6868' WHERE id = ?", wang.id)]);
    const id = String(wang.id);
    const wide = (text: string) => text.replace(/\d/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0));
    const digits = wang.mobile.slice(3);
    for (const typed of [
      id,
      wide(id),
      '6868',
      wide('6868'),
      digits,
      wide(digits),
      `\u202A${wang.mobile}\u202C`,
    ]) {
      expect(await found(typed), typed).toEqual([id]);
    }
  });

  test('at most 20, whom a number names before those whom a nickname does', async ({ app, found, named }) => {
    const same = await Promise.all(Array.from({ length: 25 }, () => named('众多之人')));
    const [first = ''] = same;
    await app.executor.write([
      change("UPDATE users SET vip_number = '众多之人' WHERE id = ?", Number(same.at(-1))),
    ]);
    const list = await found('众多之人');
    expect(list).toHaveLength(20);
    expect(list[0]).toBe(same.at(-1));
    expect(list).toContain(first);
  });

  test('not once they are called otherwise, or are disabled', async ({ app, found, named }) => {
    const renamed = await named('Before');
    const who = Number(renamed);
    await app.executor.write([change("UPDATE users SET nick_name = 'After' WHERE id = ?", who)]);
    expect([await found('before'), await found('After')]).toEqual([[], [renamed]]);
    await app.executor.write([change('UPDATE users SET status = 0 WHERE id = ?', who)]);
    expect(await found('After')).toEqual([]);
  });
});

test('names that were written without folding are found letter by letter, and by the job’s work in every way', async ({
  app,
  li,
  found,
}) => {
  const old = await person(app, 'Ölaf');
  const label = 77_001;
  await app.executor.write([
    change("INSERT INTO labels (id, user_id, name, created_at) VALUES (?, ?, 'Ａ', 0)", label, old.id),
    change(
      "INSERT INTO groups (id, name, search_name, owner_id, created_at) VALUES (77002, 'Weiß\u200B', 'weiß\u200B', ?, 0)",
      old.id,
    ),
  ]);
  expect([await found('Öl'), await found('öl')]).toEqual([[String(old.id)], []]);
  const groups = async () => (await li.call('/chat/queryGroup', { groupName: 'WEISS' })).data.info;
  expect(await groups()).toEqual([]);
  expect(await foldNames(app.platform)).toBeGreaterThan(2);
  expect([await found('Öl'), await found('öl')]).toEqual([[String(old.id)], [String(old.id)]]);
  expect(await groups()).toMatchObject([{ id: '77002' }]);
  expect(await app.sql('SELECT name_folded FROM labels WHERE id = ?', label)).toEqual([['a']]);
  await foldNames(app.platform);
  expect(await foldNames(app.platform)).toBe(0);
  // As a version before this one would rename it.
  await app.executor.write([change("UPDATE labels SET name = 'Ｂ' WHERE id = ?", label)]);
  expect(await foldNames(app.platform)).toBe(1);
  expect(await app.sql('SELECT name_folded FROM labels WHERE id = ?', label)).toEqual([['b']]);
});

describe('a name shows something', () => {
  const NOTHING = ['\u200B\u200B', '\u3164', '\u2060', '\u00AD', '\u202E', '\u2800', '\uFE0F'];
  test.for(NOTHING)(
    'and %j is refused for people, groups and labels, comments and moments',
    async (nothing, { app, li }) => {
      const wang = await person(app);
      await befriend(li, wang);
      const group = (await li.call('/chat/createGroup', { name: '茶', ids: '' })).data.id;
      const feedId = (await li.call('/feed/addFeed', { text: 'a', priv: 0 })).data.feedId;
      const calls = [
        ['/chat/updateProfile', { nickName: nothing }],
        ['/chat/updateProfile', { name: nothing }],
        ['/chat/createGroup', { name: nothing, ids: '' }],
        ['/chat/updateGroup', { groupId: group, name: nothing }],
        ['/chat/updateGroupMemberMark', { groupId: group, markName: nothing }],
        ['/chat/addMark', { markName: nothing, friendIds: wang.id }],
        ['/chat/updateRemark', { destId: wang.id, remark: nothing }],
        ['/feed/addFeed', { text: nothing, priv: 0 }],
        ['/feed/addFeedComment', { feedId, text: nothing }],
        ['/chat/queryUser', { mobile: nothing }],
        ['/chat/queryGroup', { groupName: nothing }],
      ] as const;
      for (const [path, params] of calls) expect((await li.call(path, params)).code, path).toBe('-1');
      expect((await li.call('/chat/ready')).data.myInfo.nickName).toBe('李雷');
    },
  );

  test('and is stored without what shows nothing', async ({ app, named }) => {
    const id = await named('\u202E王\u200B梅\u2069 ');
    expect(await app.sql('SELECT name, nick_name, nick_folded FROM users WHERE id = ?', id)).toEqual([
      ['王梅', '王梅', '王梅'],
    ]);
  });
});

test('labels are one where they look alike', async ({ app }) => {
  const [a, b] = [await person(app), await person(app)];
  await befriend(a, b);
  const add = (markName: string) => a.call('/chat/addMark', { markName, friendIds: b.id });
  const { id } = (await add('家人')).data;
  await add('Work');
  for (const name of ['家人', '家人\u200B', '家\u2060人', ' 家人\u3000', 'work', 'ＷＯＲＫ', 'Work\uFE0F']) {
    expect(await add(name), name).toMatchObject({ code: '-1', data: { info: '标签名称已存在' } });
  }
  const rename = (markName: string) => a.call('/chat/updateMark', { markId: id, markName });
  expect(await rename('wörk')).toMatchObject({ code: '1' });
  expect(await rename('WÖRK')).toMatchObject({ code: '1' });
  expect(await rename('WORK')).toMatchObject({ code: '-1' });
  expect(await add('Wo\u0308rk')).toMatchObject({ code: '-1' });
  expect(await add('家人')).toMatchObject({ code: '1' });
});

test('the answer of a group is right however it is typed, and no other is', async ({ app }) => {
  const [owner, guest] = [await person(app), await person(app)];
  const groupId = (await owner.call('/chat/createGroup', { name: '谜', ids: '' })).data.id;
  await owner.call('/chat/updateJoinstatus', { groupId, status: 3, question: '?', answer: '龙井 Tea' });
  const ask = (answer: string) => guest.call('/chat/requestGroupJoin', { groupId, answer });
  expect(await ask('龙井')).toMatchObject({ code: '-2' });
  expect(await ask('')).toMatchObject({ code: '-2' });
  expect(await ask('龙井\u3000ＴＥＡ\u200B')).toMatchObject({ code: '1' });
});
