import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eraseAccounts } from '../../../src/features/account-deletion/erase.ts';
import { mirrorErasures } from '../../../src/features/erasures/mirror.ts';
import { prepareNoteErasure } from '../../../src/features/erasures/note.ts';
import { settleErasures } from '../../../src/features/erasures/settle.ts';
import { takePeopleDown } from '../../../src/features/takedowns/person.ts';
import { copyDatabase } from '../../../src/platform/database/embedded-copy.ts';
import { bunExecutor } from '../../../src/platform/database/executor.bun.ts';
import { migrate } from '../../../src/platform/database/migrate.ts';
import { diskErasures } from '../../../src/platform/erasures/disk.ts';
import { type Person, person, type TestApp } from '../../support/app.ts';
import { change } from '../../support/bank.ts';
import { memoryFiles } from '../../support/files.ts';
import { post } from '../../support/moments.ts';
import { operate, operatedApp } from '../../support/operate.ts';

const ALL = { trips: 5000, ms: 60_000, connections: 1 };
let folder: string;
let app: TestApp;
let li: Person;
let wang: Person;
const files = memoryFiles();
async function open(file: string): Promise<TestApp> {
  const executor = bunExecutor(join(folder, file));
  await migrate(executor, 0);
  const erasures = diskErasures(join(folder, 'erasures'));
  return operatedApp({ executor, platform: { erasures, files } });
}
const told = () => readFileSync(join(folder, 'erasures'), 'utf8').trim().split('\n').filter(Boolean);
const moderator = async (name: string, given: object) => {
  const { status, body } = await operate(app, 'moderator', name, { reason: 'r', ...given });
  expect([status, body.message]).toEqual([200, undefined]);
  return body;
};
const rows = (on: TestApp, text: string) => on.sql(text);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'erasures-'));
  app = await open('a.db');
  await settleErasures(app.platform);
  [li, wang] = [await person(app, 'li'), await person(app, 'wang')];
});
afterEach(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a database that was restored', () => {
  test('comes back without what was taken down, banned or begun to go since, and with all else', async () => {
    const [bad, good] = [await post(li), await post(li)];
    await post(wang);
    copyDatabase(join(folder, 'a.db'), join(folder, 'b.db'));
    await moderator('takedowns.moment', { moment: bad });
    await moderator('takedowns.name', { user: li.id });
    await moderator('takedowns.person', { user: wang.id });
    await moderator('users.ban', { user: wang.id });
    const later = await post(li);
    await moderator('takedowns.moment', { moment: later });
    const back = await open('b.db');
    expect(await settleErasures(back.platform)).toBe(5);
    await takePeopleDown(back.platform);
    expect(await rows(back, 'SELECT id FROM moments')).toEqual([[Number(good)]]);
    expect(await rows(back, 'SELECT id, name, status FROM users ORDER BY id')).toEqual([
      [li.id, `用户${li.id}`, 1],
      [wang.id, `用户${wang.id}`, 0],
    ]);
    expect(await rows(back, 'SELECT count(*) FROM erasures WHERE is_due = 1')).toEqual([[0]]);
    expect(await settleErasures(back.platform)).toBe(0);
    await back.close();
  });

  test('comes back without an account that was deleted since', async () => {
    await post(li);
    copyDatabase(join(folder, 'a.db'), join(folder, 'b.db'));
    await app.executor.write([
      change('INSERT INTO deletions (user_id, asked_at, due_at, next_at) VALUES (?, 0, 0, 0)', li.id),
    ]);
    expect(await eraseAccounts(app.platform, ALL)).toBe(1);
    await mirrorErasures(app.platform);
    const back = await open('b.db');
    expect(await settleErasures(back.platform)).toBe(1);
    await eraseAccounts(back.platform, ALL);
    expect(await rows(back, 'SELECT count(*) FROM moments')).toEqual([[0]]);
    expect(await rows(back, `SELECT mobile FROM users WHERE id = ${li.id}`)).toEqual([[`deleted:${li.id}`]]);
    expect((await back.call('/chat/getUserById', { destId: wang.id }, { token: li.token })).code).not.toBe(
      '1',
    );
    await back.close();
  });

  test('may be killed at each statement meanwhile, and begins again', async () => {
    const moments = [await post(li), await post(li), await post(li)];
    copyDatabase(join(folder, 'a.db'), join(folder, 'b.db'));
    for (const moment of moments) await moderator('takedowns.moment', { moment });
    await moderator('users.ban', { user: wang.id });
    const back = await open('b.db');
    const { db } = back.platform;
    for (let lives = 0, ended = false; !ended; lives += 1) {
      expect(lives).toBeLessThan(50);
      let left = lives;
      const write = ((batch: never) => {
        left -= 1;
        return left < 0 ? Promise.reject(new Error('killed')) : db.write(batch);
      }) as typeof db.write;
      ended = await settleErasures({ ...back.platform, db: { ...db, write } }).then(
        () => true,
        () => false,
      );
    }
    expect(await rows(back, 'SELECT id FROM moments')).toEqual([]);
    expect(await rows(back, 'SELECT status FROM users ORDER BY id')).toEqual([[1], [0]]);
    await back.close();
  });

  test('what was brought back since is left as the backup has it', async () => {
    const moment = await post(li);
    copyDatabase(join(folder, 'a.db'), join(folder, 'b.db'));
    const { takedown } = await moderator('takedowns.moment', { moment });
    await moderator('takedowns.restore', { takedown });
    await moderator('users.ban', { user: wang.id });
    await moderator('users.lift', { user: wang.id });
    const back = await open('b.db');
    expect(await settleErasures(back.platform)).toBe(0);
    expect(await rows(back, 'SELECT count(*) FROM moments')).toEqual([[1]]);
    expect(await rows(back, 'SELECT status FROM users')).toEqual([[1], [1]]);
    await back.close();
  });

  test('an act of a kind that this version does not know stops it', async () => {
    copyDatabase(join(folder, 'a.db'), join(folder, 'b.db'));
    const note = prepareNoteErasure(sql`1`);
    const { db, clock } = app.platform;
    await db.write(note({ erasure_kind: 'unheard' as never, erasure_key: '7', erasure_at: clock.now() }));
    await mirrorErasures(app.platform);
    const back = await open('b.db');
    await expect(settleErasures(back.platform)).rejects.toThrow(/does not know how/);
    await back.close();
  });
});

describe('what is told outside', () => {
  test('is there before the act is answered, in numbers and keys alone', async () => {
    const moment = await post(li, { msg: '出售假证' });
    await moderator('takedowns.moment', { moment });
    expect(told().at(-1)).toMatch(new RegExp(`"kind":"takedown","key":"moment:${moment}","isUndone":0`));
    await moderator('users.ban', { user: wang.id });
    expect(told().at(-1)).toMatch(new RegExp(`"kind":"ban","key":"${wang.id}","isUndone":0`));
    expect(told().join('')).not.toContain('出售假证');
  });

  test('is read over a line that a power cut tore, and counts once', async () => {
    await moderator('users.ban', { user: wang.id });
    const path = join(folder, 'erasures');
    const line = told().at(-1) ?? '';
    appendFileSync(path, line.slice(0, 20));
    const again = diskErasures(path);
    const of = JSON.parse(line).of as string;
    expect(await again.last(of)).toBe(1);
    await again.append(of, [{ id: 2, kind: 'ban', key: '1', isUndone: 1, at: 0 }]);
    await again.append(of, [{ id: 2, kind: 'ban', key: '1', isUndone: 1, at: 0 }]);
    expect((await diskErasures(path).after(of, 0)).map(({ id }) => id)).toEqual([1, 2]);
    expect(await diskErasures(path).last('another')).toBeUndefined();
  });

  test('is a database’s own: another one in the same folder carries nothing of it out', async () => {
    await moderator('users.ban', { user: wang.id });
    const other = await open('other.db');
    const { platform } = other;
    await other.executor.write([change("INSERT INTO instance (name, value) VALUES ('erasures', 'other')")]);
    await person(other, 'li');
    await person(other, 'wang');
    expect(await settleErasures(platform)).toBe(0);
    expect(await rows(other, 'SELECT status FROM users')).toEqual([[1], [1]]);
    await other.close();
  });

  test('an older copy, from before acts were told, hears of all of them', async () => {
    copyDatabase(join(folder, 'a.db'), join(folder, 'b.db'));
    await moderator('users.ban', { user: wang.id });
    const back = await open('b.db');
    await back.executor.write([change("DELETE FROM instance WHERE name = 'erasures'")]);
    expect(await settleErasures(back.platform)).toBe(1);
    expect(await rows(back, 'SELECT status FROM users ORDER BY id')).toEqual([[1], [0]]);
    await back.close();
  });
});
