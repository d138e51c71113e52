import { expect } from 'vitest';
import type { UserId } from '../../../src/core/ids.ts';
import { hiddenUploads, keyNamed, uploadsOf } from '../../../src/features/uploads/operate.ts';
import { bunExecutor } from '../../../src/platform/database/executor.bun.ts';
import { migrate } from '../../../src/platform/database/migrate.ts';
import { person } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';
import { recordedScans, recording } from '../../support/plans.ts';
import { newKey } from '../../support/uploads.ts';

const test = appTest()
  .extend('record', async () => {
    const record = recording(bunExecutor(':memory:'));
    await migrate(record.executor, 0);
    return record;
  })
  .extend('options', ({ record }) => ({ executor: record.executor }));
test('a user’s uploads are found whole and by an index, and so is what is in the trash', async ({
  record,
  app,
}) => {
  const [ann, bob] = [await person(app), await person(app)];
  const keys = Array.from({ length: 450 }, () => newKey(app)).sort();
  const rows = keys.map((key, i) => [key, i % 10 === 0 ? bob.id : ann.id, i % 3 === 0 ? 0 : 1]);
  await app.executor.write([
    {
      sql: `INSERT INTO uploads (key, owner_id, state, bytes, sha256, content_type, made_at, state_since, named_at)
        SELECT value ->> 0, value ->> 1, value ->> 2, 1, '', 'image/jpeg', 0, 7, 0 FROM json_each(?)`,
      params: [JSON.stringify(rows)],
      kind: 'change',
    },
  ]);
  record.clear();
  const keysOf = async (found: AsyncIterable<{ key: string }>) =>
    (await Array.fromAsync(found)).map(({ key }) => key);
  const { db } = app.platform;
  // Just made.
  expect(await keysOf(uploadsOf(db, ann.id as UserId))).toEqual(keys.filter((_, i) => i % 10 !== 0));
  expect(await keysOf(hiddenUploads(db, 1))).toEqual(keys.filter((_, i) => i % 3 !== 0));
  expect(record.reads.length).toBe(5);
  expect(await recordedScans(record)).toEqual([]);
});

test('an operator may name a file by its URL', () => {
  const key = '1792764556123_op0JRv151261510226917a.jpg';
  for (const text of [
    key,
    `small_${key}`,
    `/upload/${key}`,
    `https://a.b/wmsMobile/upload/small_${key}?x=1#y`,
  ])
    expect(keyNamed(text)).toBe(key);
});
