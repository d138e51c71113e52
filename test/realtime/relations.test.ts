import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Person, person, type TestApp, testApp } from '../support/app.ts';
import { groupOf } from '../support/groups.ts';

/** Conditions that say anew what `src/realtime/relations.ts` says. */
const WRITTEN_AGAIN = [
  /EXISTS \(SELECT 1 FROM \$\{friendships\}[^`]*(?:\$\{FRIEND\.friends\}|AND [\w.]*is_blocked = 1\))/,
  /EXISTS \(SELECT 1 FROM \$\{groupMembers\}[^`]*\$\{MEMBER\.joined\}/,
];
const RELATIONS = 'realtime/relations.ts';

describe('how people stand to each other', () => {
  test('is written in one place', () => {
    const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    );
    const written = sources.filter((name) => {
      const text = readFileSync(`src/${name}`, 'utf8');
      return WRITTEN_AGAIN.some((pattern) => pattern.test(text));
    });
    expect(written).toEqual([RELATIONS]);
    const relations = readFileSync(`src/${RELATIONS}`, 'utf8');
    expect(WRITTEN_AGAIN.filter((pattern) => pattern.test(relations))).toHaveLength(WRITTEN_AGAIN.length);
  });
});

describe('a membership that a dismissed group has left behind', () => {
  let app: TestApp;
  let li: Person;
  let wang: Person;
  let group: number;
  let count = 1;
  const sent = (msgId: string) =>
    li.call('/im/send', { msgId, fromType: 2, destId: group, messageType: 2, content: 'hi' });
  const nextId = () => {
    count += 1;
    return `m${count}`;
  };
  const calls = {
    'a message': () => sent(nextId()),
    history: () => wang.call('/im/history', { destType: 2, destId: group }),
    'a pin': () => wang.call('/chat/setTop', { destType: 2, destId: group }),
    'a tip': () => wang.call('/chat/setIgnore', { destType: 2, destId: group, receiveTip: 0 }),
  };

  beforeEach(async () => {
    app = await testApp();
    li = await person(app, 'li');
    wang = await person(app, 'wang');
    group = await groupOf(li, wang);
    expect((await sent('m1')).code).toBe('1');
  });
  afterEach(() => app.close());

  const dismiss = () =>
    app.executor.write([
      { sql: 'UPDATE groups SET dismissed_at = 1 WHERE id = ?', params: [group], kind: 'change' },
    ]);

  test.each(Object.entries(calls))('lets nobody do anything there: %s', async (_, call) => {
    expect((await call()).code).toBe('1');
    await dismiss();
    const refused = await call();
    expect(refused.code).not.toBe('1');
    expect(refused.data.info).toContain('群');
  });

  test('reads nothing there', async () => {
    await dismiss();
    await wang.call('/im/send', { msgId: 'r1', fromType: 2, destId: group, messageType: 33, content: 'm1' });
    const [marks] = await app.executor.read([
      { sql: 'SELECT count(*) FROM read_marks WHERE user_id = ?', params: [wang.id], kind: 'rows' },
    ]);
    expect(marks?.rows).toEqual([[0]]);
  });
});
