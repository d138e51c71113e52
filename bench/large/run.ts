/**
 * `bun bench/large/run.ts [PEOPLE] [FOLDER]`: calls on a database of PEOPLE (1,000,000) beside one of 10,000, and how long
 * each job holds the thread there. Whole calls in one process without the network, by processor time. The databases are
 * made in FOLDER, and used again where they are; without it they go at the end.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCalls } from './calls.ts';
import { measureJobs } from './jobs.ts';
import { seed } from './seed.ts';

const NOW = Date.UTC(2026, 10, 22, 12);
const SMALL = 10_000;
/** Rounds in turn, and calls of a round; the median of all of them counts. */
const ROUNDS = 15;
const CALLS = 20;

const [people = '1000000', kept] = process.argv.slice(2);
const folder = kept ?? mkdtempSync(join(tmpdir(), 'large-'));
mkdirSync(folder, { recursive: true });
const print = (line: string) => void process.stdout.write(`${line}\n`);

async function database(size: number): Promise<string> {
  const file = join(folder, `${size}.db`);
  if (!existsSync(file)) {
    const start = performance.now();
    await seed(file, { people: size, now: NOW });
    print(`${size} people: made in ${((performance.now() - start) / 1000).toFixed(0)} s`);
  }
  return file;
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** Processor time of one call, milliseconds. */
async function costOf(call: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await call();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const files = [await database(SMALL), await database(Number(people))];
const [small, large] = await Promise.all(files.map((file) => openCalls(file, NOW)));
if (!small || !large) throw new Error('No databases.');
print(
  `\n${'processor time of a call, ms'.padEnd(44)}${String(SMALL).padStart(9)}${people.padStart(9)}    ratio`,
);
for (const [name, ofSmall] of small.calls) {
  const ofLarge = large.calls.get(name);
  if (!ofLarge) continue;
  const costs: readonly [number[], number[]] = [[], []];
  for (let i = 0; i < CALLS * 2; i += 1) await Promise.all([ofSmall(), ofLarge()]);
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [which, call] of [ofSmall, ofLarge].entries())
      for (let i = 0; i < CALLS; i += 1) costs[which]?.push(await costOf(call));
  const [one, other] = [median(costs[0]), median(costs[1])];
  print(
    `${name.padEnd(44)}${one.toFixed(3).padStart(9)}${other.toFixed(3).padStart(9)}${(other / one).toFixed(2).padStart(9)}`,
  );
}
await small.close();
await large.close();
await measureJobs(files[1] ?? '', NOW, print);
if (!kept) rmSync(folder, { recursive: true, force: true });
