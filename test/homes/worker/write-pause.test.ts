import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whileWritesPaused } from '../../../src/platform/database/write-pause.ts';
import { type Person, person } from '../../support/app.ts';
import { rows } from '../../support/bank.ts';
import { buildWorker } from '../../support/built.ts';
import { startSqld } from '../../support/sqld.ts';
import { type WorkerBeside, workerBeside } from '../../support/worker-beside.ts';
import { startWorkerd, type Workerd } from '../../support/workerd.ts';

const sqld = await startSqld();
const TABLES = `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'
  AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'libsql%'`;

describe.skipIf(!sqld)('a Worker, while a command of another machine keeps writers out', () => {
  let both: WorkerBeside<Workerd>;
  let li: Person;
  beforeAll(async () => {
    if (!sqld) throw new Error('Skipped without sqld.');
    both = await workerBeside(sqld, (settings) => startWorkerd(buildWorker(), settings, { onLog: () => {} }));
    both.app.clock.time = Date.now();
    li = await person(both.app);
  }, 120_000);
  afterAll(async () => {
    await both?.stop();
    await sqld?.stop();
  });

  const call = async (path: string) => {
    const headers = { authorization: `Bearer ${li.token}` };
    const response = await fetch(both.worker.url + path, { headers });
    const { code, data } = (await response.json()) as { code?: string; data?: { reason?: string } };
    return { status: response.status, wait: response.headers.get('retry-after'), code, reason: data?.reason };
  };
  const changeHead = () => call('/chat/updateHead?headUrl=/upload/a.png');

  test('opens, answers what reads, tells what writes to come again, and writes afterwards', async () => {
    const { executor } = both.app;
    const [tables] = await executor.read([rows(TABLES)]);
    const names = (tables?.rows ?? []).map(([name]) => String(name));
    await whileWritesPaused(executor, names, 'holder', async () => {
      expect((await call('/readyz')).status).toBe(200);
      expect(await call(`/chat/getUserById?destId=${li.id}`)).toMatchObject({ status: 200, code: '1' });
      expect(await changeHead()).toEqual({ status: 503, wait: '5', code: '-1', reason: 'WRITES_PAUSED' });
    });
    expect(await changeHead()).toMatchObject({ status: 200, code: '1' });
  });
});
