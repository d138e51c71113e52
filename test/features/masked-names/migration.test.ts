import { afterAll, describe, expect, test } from 'vitest';
import { migrations } from '../../../db/migrations.generated.ts';
import { hideMaskedMobiles } from '../../../src/features/masked-names/hide.ts';
import { migrate } from '../../../src/platform/database/migrate.ts';
import { hardestAdapters } from '../../support/adapters.ts';
import { testApp } from '../../support/app.ts';
import { change } from '../../support/bank.ts';
import { startSqld } from '../../support/sqld.ts';

const sqld = await startSqld();
const adapters = hardestAdapters(sqld);
afterAll(async () => {
  for (const adapter of adapters) adapter.dispose();
  await sqld?.stop();
});

const before = migrations.slice(
  0,
  migrations.findIndex(({ tag }) => tag.endsWith('_contacts_and_names')),
);
const person = (id: number, mobile: string, name: string, nickName: string) =>
  change(
    "INSERT INTO users (id, mobile, password_hash, name, nick_name, created_at, updated_at) VALUES (?, ?, '', ?, ?, 0, 0)",
    id,
    mobile,
    name,
    nickName,
  );
const event = (userId: number, content: string) =>
  change(
    `INSERT INTO inbox (user_id, type, msg_id, from_id, from_type, dest_id, content, created_at)
      VALUES (?, 2, 'm', 8, 1, 7, ?, 5)`,
    userId,
    content,
  );
const MASK = '158****9838';

describe.each(adapters.map((adapter) => [adapter.name, adapter] as const))('%s', (_, adapter) => {
  test('whoever was called by their masked mobile is called by their number, wherever they are named; others stay', async () => {
    await adapter.reset();
    const executor = adapter.open();
    await migrate(executor, 0, before);
    await executor.write([
      person(1, '+8615812349838', MASK, ''),
      person(2, '+12025550123', '+12****0123', '+12****0123'),
      person(3, '+8613900000003', MASK, MASK), // somebody else's: a name that they chose
      person(4, '+8613900000004', '李雷', '李雷'),
      change("INSERT INTO groups (id, name, owner_id, created_at) VALUES (9, '茶', 1, 0)"),
      change(`INSERT INTO group_members (group_id, user_id, role, group_nick_name, created_at)
        VALUES (9, 1, 1, '${MASK}', 0), (9, 3, 3, '${MASK}', 0), (9, 4, 3, '雷', 0)`),
      event(4, JSON.stringify({ name: MASK, nickName: '+12****0123', sign: 'a****b' })),
      event(4, JSON.stringify({ msg: MASK })),
      change(`INSERT INTO event_bodies (id, msg_id, content) VALUES (5, 'm', '{"id":1,"name":"${MASK}"}')`),
      change(`INSERT INTO favourites (id, user_id, category, content, content_digest, from_id, from_name, from_head_url, created_at)
        VALUES (6, 4, 1, 'x', 'd', 1, '${MASK}', '', 0), (7, 4, 1, 'y', 'e', 9, '茶', '', 0)`),
    ]);
    await migrate(executor, 0);
    const app = await testApp({ executor });
    expect(await app.sql('SELECT id, name, nick_name FROM users WHERE id < 100 ORDER BY id')).toEqual([
      [1, '用户1', '用户1'],
      [2, '用户2', '用户2'],
      [3, MASK, MASK],
      [4, '李雷', '李雷'],
    ]);
    expect(await app.sql('SELECT group_nick_name FROM group_members ORDER BY user_id')).toEqual([
      ['用户1'],
      [MASK],
      ['雷'],
    ]);
    expect(await hideMaskedMobiles(app.platform)).toBe(3);
    expect(await app.sql('SELECT content FROM inbox ORDER BY seq')).toEqual([
      ['{"name":"用户","nickName":"用户","sign":"a****b"}'],
      [JSON.stringify({ msg: MASK })],
    ]);
    expect(await app.sql('SELECT content FROM event_bodies')).toEqual([['{"id":1,"name":"用户"}']]);
    expect(await app.sql('SELECT from_name FROM favourites ORDER BY id')).toEqual([['用户'], ['茶']]);
    expect(await hideMaskedMobiles(app.platform)).toBe(0);
    expect(await app.sql("SELECT value FROM instance WHERE name = 'masked_names_hidden_to'")).toEqual([
      ['done'],
    ]);
    await app.close();
  });
});
