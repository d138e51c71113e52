import { sweepUploads } from '../../src/features/uploads/sweep.ts';
import type { TestApp } from './app.ts';

const DAY_MS = 24 * 3600 * 1000;

/** 22 letters and digits that no other key of a test has. */
const tail = (number: number) => `k${number}`.padEnd(22, 'aB3');
let keys = 0;

/** A key as the server draws it, at the clock's time. */
export function newKey(app: TestApp, extension = 'jpg'): string {
  keys += 1;
  return `${app.clock.now()}_${tail(keys)}.${extension}`;
}

/** An upload without a call: its bytes, a smaller copy, and its row. */
export async function putUpload(app: TestApp, key = newKey(app)): Promise<string> {
  const { files } = app.platform;
  await files.put(key, Buffer.from(`bytes of ${key}`), 'image/jpeg');
  await files.put(`small_${key}`, Buffer.from('small'), 'image/jpeg');
  const now = app.clock.now();
  await app.executor.write([
    {
      sql: `INSERT INTO uploads (key, bytes, sha256, content_type, made_at, state_since, named_at)
        VALUES (?, 10, '', 'image/jpeg', ?, ?, ?)`,
      params: [key, now, now, now],
      kind: 'change',
    },
  ]);
  return key;
}

/** Sweeps until no walk is under way and the store has followed. */
export async function sweepAll(app: TestApp): Promise<void> {
  for (;;) {
    await sweepUploads(app.platform);
    const left = await app.sql(
      'SELECT 1 FROM upload_walks WHERE started_at > 0 UNION ALL SELECT 1 FROM uploads WHERE is_pending = 1',
    );
    if (left.length === 0) return;
  }
}

/** Lives so many days, a sweep each. */
export async function liveDays(app: TestApp, days: number): Promise<void> {
  for (let day = 0; day < days; day += 1) {
    app.clock.advance(DAY_MS);
    await sweepAll(app);
  }
}

export const stateOf = async (app: TestApp, key: string) =>
  (await app.sql('SELECT state FROM uploads WHERE key = ?', key))[0]?.[0];

/** The status of GET of an upload. */
export const statusOf = async (app: TestApp, name: string): Promise<number> =>
  (await app.fetch(new Request(`http://teahouse.test/upload/${name}`))).status;
