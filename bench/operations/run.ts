/**
 * `bun bench/operations/run.ts [PEOPLE] [FOLDER] [OPERATION…]`: every operation of operators on a database of PEOPLE (1,000,000), by
 * processor time, in one process without the network. The database is made in FOLDER, and used again where it is;
 * without it, it goes at the end.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fen } from '../../src/core/fen.ts';
import type { OperatorId } from '../../src/core/ids.ts';
import { seal } from '../../src/core/sealing.ts';
import { CARD_NUMBER } from '../../src/features/bank-cards/bind.ts';
import { ID_NO, REAL_NAME } from '../../src/features/profiles/view.ts';
import type { OperatorActor } from '../../src/operations/actor.ts';
import type { Operation } from '../../src/operations/operation.ts';
import { Refused } from '../../src/operations/refused.ts';
import { runOperation } from '../../src/operations/run.ts';
import { operations } from '../../src/operations.ts';
import { bunExecutor } from '../../src/platform/database/executor.bun.ts';
import { testApp } from '../../test/support/app.ts';
import { seed } from '../large/seed.ts';
import { FIRST_PERSON } from '../large/sql.ts';
import { casesOf, type Given, type Known } from './cases.ts';
import { firstOf, seedOperated } from './seed.ts';

const NOW = Date.UTC(2026, 10, 22, 12);
const TIMES = 15;
/** What looks at everything, in many steps of which each lets others through. */
const WHOLE = ['audit.verify', 'ledger.reconcile'];

const [people = '1000000', kept, ...only] = process.argv.slice(2);
const folder = kept ?? mkdtempSync(join(tmpdir(), 'operations-'));
mkdirSync(folder, { recursive: true });
const file = join(folder, `operated-${people}.db`);
const size = { people: Number(people), now: NOW };
if (!existsSync(file)) {
  await seed(file, size);
  // Its keys are made when it is opened, and what is sealed must be under them.
  const { platform, close } = await testApp({ executor: bunExecutor(file) });
  const sealed = (purpose: string, text: string) =>
    seal(platform.keys.data[0], purpose, text, platform.random);
  seedOperated(file, size, {
    name: sealed(REAL_NAME, '李雷'),
    idNo: sealed(ID_NO, '11010519491231002X'),
    card: sealed(CARD_NUMBER, '6222020200112230002'),
  });
  await close();
}
const print = (line: string) => void process.stdout.write(`${line}\n`);

/** The longest that one call of the database took of the processor: so long it held the thread. */
let longest = 0;
const inner = bunExecutor(file);
const timed =
  (run: typeof inner.read): typeof inner.read =>
  async (statements) => {
    const before = process.cpuUsage();
    const results = await run(statements);
    const { user, system } = process.cpuUsage(before);
    longest = Math.max(longest, (user + system) / 1000);
    return results;
  };
const executor = { ...inner, read: timed(inner.read), write: timed(inner.write) };
const { platform, clock, close } = await testApp({ executor });
// Another moment in each run, so that no number is made twice.
clock.time = NOW + (Date.now() % 3_600_000);
const actor: OperatorActor = {
  kind: 'operator',
  id: 1 as OperatorId,
  name: 'li',
  role: 'owner',
  address: '',
};

/** Carries it out. @returns processor milliseconds, and why it did nothing */
async function carryOut(operation: Operation, given: ReturnType<Given>) {
  const before = process.cpuUsage();
  let why = '';
  try {
    await runOperation(platform, operation, { actor, requestId: 'bench', given });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    why = error.message;
  }
  const { user, system } = process.cpuUsage(before);
  return { took: (user + system) / 1000, why };
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

async function measure(operation: Operation, label: string, given: Given, times: number): Promise<void> {
  longest = 0;
  const took: number[] = [];
  const refusals: string[] = [];
  for (let i = 0; i < times; i += 1) {
    const result = await carryOut(operation, given(i));
    took.push(result.took);
    if (result.why !== '') refusals.push(result.why);
  }
  const name = label === '' ? operation.name : `${operation.name}, ${label}`;
  print(
    `${name.padEnd(64)}${median(took).toFixed(2).padStart(9)}${longest.toFixed(1).padStart(9)}${String(times - refusals.length).padStart(6)}  ${refusals[0] ?? ''}`,
  );
}

const operationOf = (name: string): Operation => {
  const found = operations.find((each) => each.name === name);
  if (!found) throw new Error(`There is no ${name}.`);
  return found;
};

/** Requests for a second operator, of somebody else. */
async function requests(): Promise<number[]> {
  const home = { ...platform, config: { ...platform.config, ADMIN_TWO_EYES: fen(0) } };
  const asker = { ...actor, id: 2 as OperatorId, name: 'wang' };
  const asked: number[] = [];
  for (let i = 0; i < TIMES; i += 1) {
    const given = {
      user: FIRST_PERSON + 5000 + i,
      yuan: (1 + Math.random() * 1000).toFixed(2),
      reason: 'a bench',
    };
    const wish = { actor: asker, requestId: 'bench', given };
    asked.push(JSON.parse((await runOperation(home, operationOf('corrections.credit'), wish)).text).approval);
  }
  return asked;
}

await executor.write([
  {
    sql: `INSERT INTO operators (id, name, role, created_at) VALUES (1, 'li', 'owner', 0), (2, 'wang', 'owner', 0)
      ON CONFLICT DO NOTHING`,
    params: [],
    kind: 'change',
  },
]);
const [[type, otherType] = []] = (
  await executor.read([
    { sql: 'SELECT MIN(id), MAX(id) FROM number_types WHERE withdrawn_at IS NULL', params: [], kind: 'rows' },
  ])
).map(({ rows }) => rows[0] ?? []);
const known: Known = {
  ...firstOf(size),
  type: Number(type),
  otherType: Number(otherType),
  approvals: await requests(),
};
const cases = Object.entries(casesOf(known));
const unknown = operations.filter(({ name }) => cases.every(([of]) => of !== name));
if (unknown.length > 0) throw new Error(`No case of ${unknown.map(({ name }) => name).join(', ')}.`);
print(`${'processor time, ms'.padEnd(64)}   median  longest  done`);
for (const [name, ways] of cases.filter(([each]) => only.length === 0 || only.includes(each)))
  for (const [label, given] of Object.entries(ways))
    await measure(operationOf(name), label, given, WHOLE.includes(name) ? 1 : TIMES);
await close();
if (!kept) rmSync(folder, { recursive: true, force: true });
