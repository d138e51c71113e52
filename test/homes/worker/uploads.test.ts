import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Person, person, type TestApp } from '../../support/app.ts';
import { change } from '../../support/bank.ts';
import { buildWorker } from '../../support/built.ts';
import { file, form, MULTIPART } from '../../support/forms.ts';
import { picture } from '../../support/pictures.ts';
import { type Sqld, startSqld } from '../../support/sqld.ts';
import { type WorkerBeside, workerBeside } from '../../support/worker-beside.ts';
import { startWorkerd, type Workerd } from '../../support/workerd.ts';

const sqld: Sqld | undefined = await startSqld();
const DAY_MS = 24 * 3600 * 1000;

/** The Worker's clock is the world's, so days pass by making everything older. */
describe.skipIf(!sqld)('an upload of a Worker', () => {
  let both: WorkerBeside<Workerd>;
  let app: TestApp;
  let ann: Person;
  let path: string;
  let key: string;

  beforeAll(async () => {
    if (!sqld) throw new Error('Skipped without sqld.');
    both = await workerBeside(sqld, (settings) =>
      startWorkerd(buildWorker(), { ...settings, UPLOAD_DAY_BYTES: '3000000' }, { onLog: () => {} }),
    );
    ({ app } = both);
    app.clock.time = Date.now();
    ann = await person(app);
    const large = await picture('jpeg', 1800, 1200, true);
    const answer = await upload(large);
    path = new URL(answer.data.fileSize).pathname;
    key = path.replace('/upload/small_', '');
  }, 120_000);
  afterAll(async () => {
    await both?.stop();
    await sqld?.stop();
  });

  async function upload(bytes: Uint8Array) {
    const response = await fetch(`${both.worker.url}/chat/uploadImage`, {
      method: 'POST',
      headers: { 'content-type': MULTIPART, authorization: `Bearer ${ann.token}` },
      body: form(file(bytes)),
    });
    const envelope = (await response.json()) as { code: string; data: { info: string; fileSize: string } };
    return { status: response.status, ...envelope };
  }
  const get = async (where: string) => (await fetch(both.worker.url + where)).status;
  const sweep = async () => expect(await both.worker.runJobs()).toBe('ok');
  /** Makes everything so many days older, and sweeps until the walk through the names has ended. */
  async function daysLater(days: number) {
    const ms = days * DAY_MS;
    await app.executor.write([
      change(`UPDATE uploads SET made_at = made_at - ${ms}, named_at = named_at - ${ms},
        state_since = state_since - ${ms}, unnamed_since = unnamed_since - ${ms}`),
      change(`UPDATE upload_walks SET completed = MAX(completed - ${ms}, 0)`),
    ]);
    for (let i = 0; i < 3; i += 1) await sweep();
  }
  const row = async () =>
    (await app.sql('SELECT state, is_pending, erased_at > 0 FROM uploads WHERE key = ?', key))[0];

  test('has a row with its smaller copy, and counts', async () => {
    expect(path).toMatch(/^\/upload\/small_/);
    const [[owner, bytes, sha256] = []] = await app.sql('SELECT owner_id, bytes, sha256 FROM uploads');
    expect([owner, Number(bytes) > 1_000_000]).toEqual([ann.id, true]);
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    const small = await picture('png', 8, 8);
    await app.executor.write([change('UPDATE upload_usage SET day_bytes = 3000000')]);
    expect(await upload(small)).toMatchObject({ status: 429, code: '-1' });
  });

  test('lies in the trash where nothing names it, and comes back when somebody asks for it', async () => {
    await daysLater(1);
    await daysLater(8);
    expect(await row()).toEqual([1, 0, null]);
    expect([await get(path), await get(`/upload/${key}`)]).toEqual([200, 200]);
    expect(await row()).toEqual([0, 0, null]);
  });

  test('is 410 while it is taken down', async () => {
    const to = (state: number) =>
      app.executor.write([change('UPDATE uploads SET state = ?, is_pending = 1 WHERE key = ?', state, key)]);
    await to(2);
    await sweep();
    expect([await get(path), await get(`/upload/${key}`)]).toEqual([410, 410]);
    await to(0);
    await sweep();
    expect([await get(path), await get(`/upload/${key}`)]).toEqual([200, 200]);
  });

  test('is gone in the end, row and all bytes', async () => {
    for (const days of [1, 8, 31]) await daysLater(days);
    expect(await row()).toEqual([3, 0, null]);
    expect(await get(path)).toBe(410);
    await daysLater(3);
    expect(await row()).toEqual([3, 0, 1]);
    expect([await get(path), await get(`/upload/${key}`)]).toEqual([410, 410]);
    expect(await app.sql('SELECT bytes, files FROM upload_usage')).toEqual([[0, 0]]);
  });
});
