import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { indexMessages } from '../../../src/features/message-search/index-messages.ts';
import { migrate } from '../../../src/platform/database/migrate.ts';
import { everyAdapter } from '../../support/adapters.ts';
import { type Params, type Person, person, type TestApp, testApp } from '../../support/app.ts';
import { befriend } from '../../support/friends.ts';
import { groupOf } from '../../support/groups.ts';
import { startSqld } from '../../support/sqld.ts';

const sqld = await startSqld();
const adapters = everyAdapter(sqld).filter(({ name }) =>
  ['bun:sqlite in memory', 'sqld through @libsql/client'].includes(name),
);
afterAll(() => sqld?.stop());
let app: TestApp;
afterEach(() => app?.close());

let count = 0;
const send = async (from: Person, content: string, message: Params) => {
  app.clock.advance(1);
  const sent = await from.call('/im/send', {
    msgId: `s${++count}`,
    fromType: 1,
    messageType: 2,
    content,
    ...message,
  });
  expect(sent.code).toBe('1');
  return `s${count}`;
};
const index = async () => {
  app.clock.advance(12_000);
  await indexMessages(app.platform);
};
const found = async (who: Person, q: string, params: Params = {}): Promise<string[]> =>
  (await who.call('/im/search', { q, ...params })).data.list.map(
    ({ content }: { content: string }) => content,
  );
const indexed = async () => (await app.sql('SELECT id FROM message_search_docsize')).length;
const change = (sql: string, ...params: (string | number)[]) =>
  app.executor.write([{ sql, params, kind: 'change' }]);

describe.each(adapters.map((adapter) => [adapter.name, adapter] as const))('a search on %s', (_, adapter) => {
  test.skipIf(!adapter.available)(
    'finds in one’s own conversations what is there, and nothing else',
    async () => {
      await adapter.reset();
      const executor = adapter.open();
      await migrate(executor, 0);
      app = await testApp({ executor });
      const [li, wang, zhao] = [
        await person(app, 'li'),
        await person(app, 'wang'),
        await person(app, 'zhao'),
      ];
      const group = await groupOf(li, wang);
      await befriend(li, zhao);
      // Of before the index: it goes downwards from its beginning.
      await send(wang, '去年的龙井茶', { destId: li.id });
      await index();
      await send(wang, '今天喝茶吗？', { destId: li.id });
      await send(li, '喝，Oolong Tea!', { destId: wang.id });
      await send(zhao, '我们也喝茶', { destId: li.id });
      const recalled = await send(wang, '这句喝茶不算', { destId: li.id });
      await send(wang, '群里喝茶', { fromType: 2, destId: group });
      expect(await found(li, '喝茶')).toEqual([]); // not yet
      await index();
      expect(await found(li, '喝茶')).toEqual(['群里喝茶', '这句喝茶不算', '我们也喝茶', '今天喝茶吗？']);
      expect(await found(li, '龙井')).toEqual(['去年的龙井茶']);
      expect(await found(wang, '喝茶')).toEqual(['群里喝茶', '这句喝茶不算', '今天喝茶吗？']);
      expect(await found(zhao, '喝茶')).toEqual(['我们也喝茶']);
      expect(await found(li, 'oolong tea')).toEqual(['喝，Oolong Tea!']);
      expect(await found(li, '茶喝')).toEqual([]);
      expect(await found(li, '喝茶', { destType: 1, destId: wang.id })).toEqual([
        '这句喝茶不算',
        '今天喝茶吗？',
      ]);
      expect(await found(zhao, '喝茶', { destType: 2, destId: group })).toEqual([]);
      expect(await found(li, '喝茶', { fromId: zhao.id })).toEqual(['我们也喝茶']);
      expect(await found(li, '喝茶', { since: app.clock.now() })).toEqual([]);
      expect(await found(li, '喝茶', { until: app.clock.now() })).toHaveLength(4);

      const first = (await li.call('/im/search', { q: '喝茶', limit: 3 })).data;
      expect(first.list).toHaveLength(3);
      expect(await found(li, '喝茶', { before: first.next })).toEqual(['今天喝茶吗？']);

      // Whoever comes later finds nothing of before.
      await li.call('/chat/addGroupMember', { groupId: group, inviteIds: zhao.id });
      expect(await found(zhao, '群里')).toEqual([]);

      const before = await indexed();
      await send(wang, recalled, { destId: li.id, messageType: 32 });
      expect(await found(li, '不算')).toEqual([]);
      expect(await indexed()).toBe(before - 1);
      // A takedown that is taken back.
      const [[row]] = (await app.sql('SELECT id FROM messages WHERE msg_id = ?', recalled)) as [[number]];
      await change('UPDATE messages SET recalled_at = NULL, content = ? WHERE id = ?', '这句喝茶不算', row);
      await index();
      expect(await found(li, '不算')).toEqual(['这句喝茶不算']);
      await change('DELETE FROM messages WHERE id = ?', row);
      expect(await found(li, '不算')).toEqual([]);
      expect(await indexed()).toBe(before - 1);
      expect(await app.sql('SELECT 1 FROM search_due')).toEqual([]);
    },
    120_000,
  );
});

describe('a search', () => {
  test('of a longer text finds that text, and not its parts; pages hold all of it', async () => {
    app = await testApp();
    const [li, wang] = [await person(app, 'li'), await person(app, 'wang')];
    await befriend(li, wang);
    const texts = Array.from({ length: 40 }, (_, i) => (i % 2 ? `一二三四 ${i}` : `一二 二三 三四 ${i}`));
    for (const text of texts) await send(wang, text, { destId: li.id });
    await index();
    const hits: string[] = [];
    for (let before = ''; ; ) {
      const page = (await li.call('/im/search', { q: '一二三四', limit: 7, ...(before && { before }) })).data;
      hits.push(...page.list.map(({ content }: { content: string }) => content));
      before = page.next;
      if (before === '') break;
    }
    expect(hits).toEqual(texts.filter((text) => text.includes('一二三四')).reverse());
  });

  test('is nobody’s, and writes nothing, where MESSAGE_SEARCH is off', async () => {
    app = await testApp({ env: { MESSAGE_SEARCH: 'off' } });
    const [li, wang] = [await person(app, 'li'), await person(app, 'wang')];
    await befriend(li, wang);
    const name = await send(wang, '喝茶？', { destId: li.id });
    await index();
    await send(wang, name, { destId: li.id, messageType: 32 });
    expect(await li.call('/im/search', { q: '喝茶' })).toMatchObject({
      code: '-1',
      data: { reason: 'SEARCH_OFF' },
    });
    expect([await indexed(), (await app.sql('SELECT 1 FROM search_due')).length]).toEqual([0, 0]);
  });

  test.for([
    ['a single character', { q: '茶' }, 'q'],
    ['no two neighbours', { q: 'a b' }, 'q'],
    ['half a conversation', { q: '喝茶', destType: 1 }, 'destId'],
    ['too many at once', { q: '喝茶', limit: 51 }, 'limit'],
  ] as const)('refuses %s', async ([, params, field]) => {
    app = await testApp();
    const li = await person(app, 'li');
    expect(await li.call('/im/search', params)).toMatchObject({ code: '-1', data: { field } });
    expect((await app.call('/im/search', params)).code).toBe('601');
  });
});
