import { describe, expect } from 'vitest';
import { type Params, type Person, person, testApp } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';
import { freshDatabase } from '../../support/database.ts';
import { befriend } from '../../support/friends.ts';
import { planOf, recording } from '../../support/plans.ts';

const test = appTest()
  .extend('li', ({ app }) => person(app, 'li'))
  .extend('wang', ({ app }) => person(app, 'wang'))
  .extend('zhao', ({ app }) => person(app, 'zhao'))
  .extend(
    'toWang',
    ({ li, wang }) =>
      (message: Params = {}) =>
        send(li, { destId: wang.id, ...message }),
  );
test.beforeEach(async ({ app, li, wang }) => {
  await befriend(li, wang);
  await app.executor.write([{ sql: 'DELETE FROM inbox', params: [], kind: 'change' }]);
});

interface Cast {
  readonly li: Person;
  readonly wang: Person;
}

let count = 0;
const send = (from: Person, message: Params) => {
  count += 1;
  return from.call('/im/send', {
    msgId: `m${count}`,
    fromType: 1,
    messageType: 2,
    content: 'hi',
    ...message,
  });
};
interface Heard {
  readonly messageType: string;
  readonly content: string;
  readonly msgId: string;
  readonly fromId: string;
  readonly destId: string;
  readonly fromType: string;
}
const heard = async (who: Person): Promise<Heard[]> => (await who.call('/im/sync')).data.list;
const texts = async (who: Person) =>
  (await heard(who)).map(({ messageType, content }) => `${messageType} ${content}`);
const history = async (who: Person, params: Params) => (await who.call('/im/history', params)).data;

describe('a read mark', () => {
  const it = test.extend(
    'read',
    ({ li, wang }) =>
      (content = '') =>
        send(wang, { destId: li.id, messageType: 33, content }),
  );

  it('reaches the author, only moves on, and stands in the history', async ({ li, wang, toWang, read }) => {
    const first = await toWang({ msgId: 'one' });
    const second = await toWang({ msgId: 'two' });
    expect((await read('two')).code).toBe('1');
    await read('one');
    await read('two');
    expect(await texts(li)).toEqual(['33 two']);
    expect(await history(li, { destType: 1, destId: wang.id })).toMatchObject({
      readId: '0',
      otherReadId: second.data.id,
    });
    expect(first.data.id < second.data.id).toBe(true);
    expect((await history(wang, { destType: 1, destId: li.id })).readId).toBe(second.data.id);
  });

  it('without a message means everything so far', async ({ li, wang, toWang, read }) => {
    await toWang();
    const last = await toWang();
    await read();
    expect((await history(wang, { destType: 1, destId: li.id })).readId).toBe(last.data.id);
  });

  it('passes when they are no friends any more', async ({ li, wang, toWang, read }) => {
    await toWang({ msgId: 'one' });
    await wang.call('/chat/delFriend', { destId: li.id });
    await read('one');
    expect(await texts(li)).toContain('33 one');
  });

  it.for([
    ['the author', ({ li, wang }: Cast) => [li, wang] as const],
    ['the reader', ({ li, wang }: Cast) => [wang, li] as const],
  ] as const)(
    'does not pass where %s has blocked the other, nor does the history say it',
    async ([_, who], { li, wang, toWang, read }) => {
      const [one, other] = who({ li, wang });
      const first = await toWang({ msgId: 'one' });
      await toWang({ msgId: 'two' });
      await read('one');
      expect((await history(li, { destType: 1, destId: wang.id })).otherReadId).toBe(first.data.id);
      await one.call('/chat/setBlock', { blockId: other.id });
      await read('two');
      expect(await texts(li)).not.toContain('33 two');
      expect((await history(li, { destType: 1, destId: wang.id })).otherReadId).toBe('0');
      expect((await history(wang, { destType: 1, destId: li.id })).readId).not.toBe('0');
    },
  );

  it('of a stranger reaches nobody', async ({ li, zhao }) => {
    await send(zhao, { destId: li.id, messageType: 33, content: 'hello from a stranger' });
    expect(await heard(li)).toEqual([]);
  });
});

test('a read mark finds the message by its name, not by walking through the conversation', async () => {
  const record = recording((await freshDatabase()).executor);
  const other = await testApp({ executor: record.executor });
  const [a, b] = [await person(other, 'a'), await person(other, 'b')];
  record.clear();
  await a.call('/im/send', { msgId: '1', fromType: 1, destId: b.id, messageType: 33, content: 'nobody’s' });
  const mark = record.writes.flat().find(({ sql }) => sql.includes('read_marks'));
  expect(mark && (await planOf(record.executor, mark))).toContainEqual(
    expect.stringMatching(/^SEARCH r USING .*messages_once \(msg_id=\?\)/),
  );
  await other.close();
});
