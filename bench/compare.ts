import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BEFORE, type Ground, OURS, ours, versionBefore } from './contenders.ts';
import { writeRequests } from './load.ts';
import type { Options } from './options.ts';
import { type Rounds, runRounds } from './rounds.ts';
import { type Interval, ratioInterval } from './statistics.ts';
import type { Workload, World } from './workload.ts';

/** A call has become slower where the whole interval of its ratio lies beyond this. */
const SLOWER = 1.05;

/** Processor time of ours per that of the version before: in each round, to the mean of its loads on both sides. */
function processorRatios({ loads }: Rounds): number[] {
  const before = (loads.get(BEFORE) ?? []).map(({ cpuUs }) => cpuUs ?? Number.NaN);
  return (loads.get(OURS) ?? []).map(({ cpuUs }, i) => {
    const around = ((before[i] ?? Number.NaN) + (before[i + 1] ?? Number.NaN)) / 2;
    return (cpuUs ?? Number.NaN) / around;
  });
}

const told = ({ mean, low, high }: Interval) =>
  `${mean.toFixed(3)} (95 %: ${low.toFixed(3)}–${high.toFixed(3)})`;

/**
 * Loads the version before and ours in turns, each on a database that it has seeded itself.
 * @param report gets a workload's rounds
 * @returns the names of the calls that have become slower
 */
export async function compareVersions(
  ground: Ground,
  world: World,
  checkout: string,
  options: Options,
  print: (text: string) => void,
  report: (workload: Workload, rounds: Rounds) => string,
): Promise<string[]> {
  const folder = join(ground.folder, 'of-the-version-before');
  mkdirSync(folder);
  const theirs = { ...ground, database: join(folder, 'seeded.db') };
  const { seedWorld } = await import(resolve(checkout, 'bench/seed.ts'));
  await seedWorld(theirs.database, ground.secret, world.now);
  const servers = {
    [BEFORE]: await versionBefore(theirs, checkout).start(),
    [OURS]: await ours(ground).start(),
  };
  const slower: string[] = [];
  // What may be sent once only runs out before there are rounds enough.
  for (const workload of options.chosen.filter(({ once }) => !once)) {
    const file = join(ground.folder, `${workload.name}.requests`);
    writeRequests(file, workload.requests(world));
    const rounds = await runRounds(file, servers, options.rounds, options.seconds);
    const ratio = ratioInterval(processorRatios(rounds));
    print(`\n${report(workload, rounds)}\n\nProcessor time, ours per before: ${told(ratio)}`);
    if (ratio.low > SLOWER) slower.push(workload.name);
  }
  await Promise.all(Object.values(servers).map((server) => server.stop()));
  return slower;
}
