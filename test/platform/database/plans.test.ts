import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bunExecutor } from '../../../src/platform/database/executor.bun.ts';
import type { Executor } from '../../../src/platform/database/executor.ts';
import { migrate } from '../../../src/platform/database/migrate.ts';
import type { StatementText } from '../../../src/platform/database/query.ts';
import { emptyServer, executorOn } from '../../support/adapters.ts';
import { REASONS, type Reason, SMALL } from '../../support/plan-reasons.ts';
import { growing, plansOf, shapeOf, triggerStatements, writeStatistics } from '../../support/query-plans.ts';
import { type Sqld, startSqld } from '../../support/sqld.ts';
import { everyStatement } from '../../support/statements.ts';

const sqld = await startSqld();
afterAll(() => sqld?.stop());

const statistics = readFileSync('test/fixtures/large-statistics.txt', 'utf8');
const used = new Set<Reason>();
let all: readonly StatementText[];
beforeAll(async () => {
  all = await everyStatement();
});

interface Engine {
  readonly file: string;
  open(): Promise<Executor>;
}

const folder = mkdtempSync(join(tmpdir(), 'teahouse-plans-'));
afterAll(() => rmSync(folder, { recursive: true }));
const embedded: Engine = {
  file: join(folder, 'plans.db'),
  open: async () => bunExecutor(embedded.file),
};
const server = ({ file, ...at }: Sqld): Engine => ({
  file,
  async open() {
    await emptyServer(at);
    return executorOn(at);
  },
});
const engines = new Map([['bun:sqlite', embedded]]);
if (sqld) engines.set('sqld', server(sqld));

const oneLine = (sql: string) => sql.replace(/\s+/g, ' ').trim();
const reasonFor = (plan: string, sql: string) =>
  REASONS.find((reason) => (reason.plan ?? plan) === plan && oneLine(sql).includes(reason.of ?? ''));

/** Plans that nothing excuses, each with its statement. */
async function unexcused(executor: Executor): Promise<string[]> {
  const shape = await shapeOf(executor);
  const statements = [...all, ...(await triggerStatements(executor))];
  const plans = await plansOf(executor, statements);
  return statements.flatMap(({ sql }, i) => {
    const found = growing(plans[i] ?? [], sql, shape, (table) => !(table in SMALL));
    return found.flatMap((plan) => {
      const reason = reasonFor(plan, sql);
      if (reason) used.add(reason);
      return reason ? [] : [`${plan} in: ${oneLine(sql)}`];
    });
  });
}

describe.each([...engines])(
  'no statement walks through a table that grows, or sorts it, on %s',
  (_, engine) => {
    let executor: Executor;
    beforeAll(async () => {
      executor = await engine.open();
      await migrate(executor, 0);
    });
    afterAll(() => executor.close());

    test('while nobody knows how large the tables are', async () => {
      expect(await unexcused(executor)).toEqual([]);
    });

    test('with the numbers of a large database', async () => {
      writeStatistics(engine.file, statistics);
      expect(await unexcused(executor)).toEqual([]);
    });
  },
);

test('every reason is still one', () => {
  expect(REASONS.filter((reason) => !used.has(reason))).toEqual([]);
});

describe('what is looked for is found', () => {
  const grows = () => true;
  const found = async (sql: string) => {
    const executor = bunExecutor(':memory:');
    await migrate(executor, 0);
    const statement = { sql, kind: 'rows', names: [] } as const;
    const [plan = []] = await plansOf(executor, [statement]);
    const result = growing(plan, sql, await shapeOf(executor), grows);
    await executor.close();
    return result;
  };
  test.each([
    ['a scan', 'SELECT id FROM users WHERE sign = 1', ['SCAN users']],
    ['under another name', 'SELECT u.id FROM users AS u WHERE u.sign = 1', ['SCAN users']],
    [
      'below another',
      'SELECT id FROM users WHERE id IN (SELECT user_id FROM sessions WHERE uuid = 1)',
      ['SCAN sessions'],
    ],
    [
      'of an index',
      'SELECT user_id FROM sessions WHERE user_id + 0 = 1 AND device = 1 AND ended_at IS NULL',
      ['SCAN sessions sessions_one_a_device'],
    ],
    ['in a change', `DELETE FROM messages WHERE content = ''`, ['SCAN messages']],
    ['of words without a word', 'SELECT rowid FROM group_search', ['SCAN group_search']],
    [
      'where a row that is inserted is read elsewhere',
      'INSERT INTO users SELECT users.* FROM bills CROSS JOIN users ON users.id = bills.user_id WHERE money_type = 1',
      ['SCAN bills'],
    ],
    [
      'an index for one statement',
      'SELECT 1 FROM sessions AS a JOIN sessions AS b ON b.uuid = a.uuid WHERE a.user_id = 1',
      ['INDEX sessions'],
    ],
    [
      'a sort',
      'SELECT id FROM messages WHERE conversation = 1 ORDER BY content',
      ['SORT messages (conversation=?)'],
    ],
    [
      'a sort of what was made',
      'SELECT * FROM (SELECT id, content FROM messages WHERE conversation = 1 UNION ALL SELECT 1, 2) ORDER BY content',
      ['SORT messages (conversation=?)'],
    ],
    [
      'a group',
      'SELECT type, count(*) FROM messages WHERE conversation = 1 GROUP BY type',
      ['SORT messages (conversation=?)'],
    ],
  ])('%s', async (_, sql, plans) => {
    expect(await found(sql)).toEqual(expect.arrayContaining(plans));
  });
  test('and nothing where one row is looked up', async () => {
    expect(await found('SELECT id FROM users WHERE mobile = 1 ORDER BY name')).toEqual([]);
    expect(await found('WITH users AS (SELECT 1 AS id) SELECT id FROM users')).toEqual([]);
  });
});
