import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { reconcile } from '../../../src/holds.ts';
import { createDb } from '../../../src/platform/database/db.ts';
import { type BunExecutor, bunExecutor } from '../../../src/platform/database/executor.bun.ts';
import { DatabaseUnavailable } from '../../../src/platform/database/executor.ts';
import { createFitness } from '../../../src/platform/database/fitness.ts';
import { migrate } from '../../../src/platform/database/migrate.ts';
import { embeddedPlace, isNearlyFull } from '../../../src/platform/database/place.ts';
import { diskFiles } from '../../../src/platform/files/disk.ts';
import { FilesUnavailable } from '../../../src/platform/files/files.ts';
import { person, type TestApp, testApp } from '../../support/app.ts';
import { type Machine, machine } from '../../support/bad-day.ts';
import { change } from '../../support/bank.ts';
import { bodyOf, file, form, MULTIPART } from '../../support/forms.ts';
import { picture } from '../../support/pictures.ts';

/** A disk of some megabytes: root may mount one. Elsewhere SQLite's limit of pages stands for it. */
const disk = mkdtempSync(join(tmpdir(), 'teahouse-disk-'));
const MOUNTED = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', disk]).status === 0;
if (!MOUNTED) console.error('No disk can be mounted here: what needs a full one is left out.');
afterAll(() => {
  if (MOUNTED) spawnSync('umount', [disk]);
  rmSync(disk, { recursive: true, force: true });
});

/** Fills it to the last byte; `free` makes room again. */
function fill() {
  const rubbish = join(disk, 'rubbish');
  mkdirSync(rubbish, { recursive: true });
  for (let size = 1 << 20; size > 0; size >>= 2)
    try {
      for (let i = 0; ; i += 1) writeFileSync(join(rubbish, `${size}-${i}`), Buffer.alloc(size, 1));
    } catch {
      // This size does not go in any more.
    }
  return { free: () => rmSync(rubbish, { recursive: true }) };
}

describe('an embedded database that may have no more pages', () => {
  let executor: BunExecutor;
  let app: TestApp;
  beforeEach(async () => {
    executor = bunExecutor(':memory:');
    await migrate(executor, 0);
    app = await testApp({ executor });
  });
  afterEach(() => app.close());

  const limit = async (more: number) => {
    const [pages] = await executor.read([{ sql: 'PRAGMA page_count', params: [], kind: 'rows' }]);
    await executor.script([`PRAGMA max_page_count = ${Number(pages?.rows[0]?.[0]) + more}`]);
  };

  test('answers every call that writes with 503, keeps nothing of it, and goes on once there is room', async () => {
    const li = await person(app, '李雷');
    await li.call('/wallet/recharge', { amount: '5.00' });
    await limit(0);
    const call = (i: number) =>
      li.call('/user/setMsgAlert', { content: 'x'.repeat(400), seconds: 60 }, { headers: { 'x-i': `${i}` } });
    const refused = [];
    for (let i = 0; i < 60 && refused.length < 5; i += 1) {
      const reply = await call(i);
      if (reply.code !== '1') refused.push([reply.status, reply.code, reply.data.info]);
    }
    expect(refused).toEqual(Array(5).fill([503, '-1', '服务器繁忙，请稍后重试']));
    // Together, too: each is its own, and none is left in doubt.
    const together = await Promise.all(Array.from({ length: 20 }, (_, i) => call(i)));
    for (const { status } of together) expect([200, 503]).toContain(status);
    expect((await li.call('/wallet/getBalance')).data).toBe('5.00');
    await limit(1000);
    expect((await call(0)).code).toBe('1');
    expect(executor.isFull()).toBe(false);
    expect(await reconcile(createDb(executor))).toEqual([]);
  });

  test('names it to the caller, whether one batch or a group of them finds no room', async () => {
    await executor.write([change('CREATE TABLE bulk (x BLOB) STRICT')]);
    await limit(0);
    const big = () => executor.write([change('INSERT INTO bulk VALUES (zeroblob(40000))')]);
    await expect(big()).rejects.toThrow(DatabaseUnavailable);
    const ended = await Promise.allSettled([
      big(),
      big(),
      executor.write([change('DELETE FROM reports')]),
      big(),
    ]);
    for (const each of ended)
      if (each.status === 'rejected') expect(each.reason).toBeInstanceOf(DatabaseUnavailable);
    await expect(executor.write([change('DELETE FROM reports')])).resolves.toHaveLength(1);
  });
});

describe('the place of a database', () => {
  test('has a floor of free bytes, which is no more than a part of a small disk', () => {
    const { bavail, bsize, blocks } = statfsSync(disk);
    expect(isNearlyFull(disk, 0)).toBe(false);
    const isBelowPart = bavail < blocks * 0.05;
    expect(isNearlyFull(disk, Number.MAX_SAFE_INTEGER)).toBe(isBelowPart);
    expect(isNearlyFull(disk, bsize)).toBe(false);
    expect(isNearlyFull(join(disk, 'none'), 1)).toBe(false);
  });

  test('is said by readyz, and so are a write that found no room and a file that is gone', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'teahouse-place-')), 'teahouse.db');
    const executor = bunExecutor(path);
    await migrate(executor, 0);
    let full = false;
    const place = embeddedPlace(path, () => full, [], 0);
    const app = await testApp({ executor, platform: { fitness: createFitness(executor, place, []) } });
    const readyz = async () => {
      const response = await app.fetch(new Request('http://teahouse.test/readyz'));
      return [response.status, await response.json()];
    };
    expect(await readyz()).toEqual([200, { status: 'ready' }]);
    full = true;
    expect(await readyz()).toEqual([503, { status: 'disk full' }]);
    full = false;
    rmSync(path);
    expect(await readyz()).toEqual([503, { status: 'database moved' }]);
    await app.close();
  });
});

describe.runIf(MOUNTED)('a disk that is full', () => {
  let it: Machine;
  afterEach(() => it?.dispose());

  test('makes readyz say so and writes 503, and everything goes on when there is room; nothing acknowledged is lost', async () => {
    it = machine(join(disk, 'data'));
    const server = await it.serve({ DISK_FREE_MIN_BYTES: '1000000', RATE_LIMITS: 'off' });
    const call = async (path: string, params: Record<string, string>, token = '') => {
      const headers = { authorization: `Bearer ${token}` };
      const response = await fetch(server.url + path, {
        method: 'POST',
        headers,
        body: new URLSearchParams(params),
      });
      // biome-ignore lint/suspicious/noExplicitAny: replies are looked into freely
      return { status: response.status, ...((await response.json()) as { code: string; data: any }) };
    };
    const mobile = '13900000001';
    const { data } = await call('/chat/getValidateNum', { mobile });
    await call('/chat/register', { mobile, pwd: 'secret1', validateNum: data.info, name: '林一' });
    const token = (await call('/chat/doLogin', { mobie: mobile, pwd: 'secret1' })).data.token;
    expect(await server.readyz()).toEqual({ status: 200, body: { status: 'ready' } });

    const room = fill();
    expect(await server.readyz()).toEqual({ status: 503, body: { status: 'disk full' } });
    let kept = 0;
    const answers = [];
    const remind = () => call('/user/setMsgAlert', { content: '茶'.repeat(500), seconds: '3600' }, token);
    for (let i = 0; i < 400 && answers.length < 5; i += 1) {
      const { status, code } = await remind();
      if (code === '1') kept += 1;
      else answers.push(status);
    }
    expect(answers).toEqual([503, 503, 503, 503, 503]);
    const upload = async () => {
      const body = bodyOf(form(file(await picture('jpeg', 20, 20))));
      const headers = { 'content-type': MULTIPART, authorization: `Bearer ${token}` };
      return (await fetch(`${server.url}/chat/uploadImage`, { method: 'POST', headers, body })).status;
    };
    expect(await upload()).toBe(503);
    expect((await call('/chat/ready', {}, token)).code).toBe('1');
    const backup = await it.teahouse('backup');
    expect([backup.exit, backup.lines]).toEqual([
      1,
      [expect.stringMatching(/^The disk is full: nothing was written/)],
    ]);

    room.free();
    expect(await server.readyz()).toEqual({ status: 200, body: { status: 'ready' } });
    expect((await remind()).code).toBe('1');
    expect(await upload()).toBe(200);
    await server.end();
    const executor = bunExecutor(it.file, false);
    const [count] = await executor.read([
      { sql: 'SELECT count(*) FROM reminders', params: [], kind: 'rows' },
    ]);
    expect(count?.rows).toEqual([[kept + 1]]);
    await executor.close();
    expect(await it.teahouse('reconcile')).toMatchObject({ exit: 0, out: 'The books balance.' });
  }, 120_000);

  test('takes no upload, and says that it may be tried again', async () => {
    const files = diskFiles(join(disk, 'uploads'));
    await files.put('first.jpg', new Uint8Array(1000), 'image/jpeg');
    const room = fill();
    const put = () => files.put('second.jpg', new Uint8Array(100_000), 'image/jpeg');
    await expect(put()).rejects.toThrow(FilesUnavailable);
    expect(await files.head('second.jpg')).toBeUndefined();
    expect(await files.head('first.jpg')).toMatchObject({ size: 1000 });
    room.free();
    expect(await put()).toMatchObject({ size: 100_000 });
  });
});
