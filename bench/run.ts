import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareAnswers } from './answers.ts';
import { compareVersions } from './compare.ts';
import { type Contender, contendersFor, type Ground, OURS } from './contenders.ts';
import { countSent, writeRequests } from './load.ts';
import { HOW_TO_GET_NODE } from './node.ts';
import { type Options, readOptions } from './options.ts';
import { heading, startTable, workloadTable } from './report.ts';
import { runRounds } from './rounds.ts';
import { seedWorld } from './seed.ts';
import { type RunningServer, residentMegabytes } from './servers.ts';
import { singleClients } from './single-client.ts';
import { measureStarts } from './start.ts';
import type { Workload, World } from './workload.ts';

const print = (text: string) => void process.stdout.write(`${text}\n`);

type Started = { readonly contender: Contender; readonly server: RunningServer };

/** The servers that take part in a workload, by name; its own limits first. */
function takingPart(workload: Workload, started: readonly Started[]): Record<string, RunningServer> {
  const taking = started.filter(({ contender }) => contender.serves(workload));
  const limits = Object.keys(workload.limits);
  const rank = ({ contender }: Started) => {
    const place = limits.indexOf(contender.name);
    return place < 0 ? limits.length : place;
  };
  return Object.fromEntries(
    taking.toSorted((a, b) => rank(a) - rank(b)).map((one) => [one.contender.name, one.server]),
  );
}

/** Answers are compared before the load and after it. */
async function measure(
  workload: Workload,
  world: World,
  started: readonly Started[],
  folder: string,
  options: Options,
) {
  const requests = workload.requests(world);
  const file = join(folder, `${workload.name}.requests`);
  writeRequests(file, requests);
  const servers = takingPart(workload, started);
  const before = await compareAnswers(workload, requests, servers);
  for (const { url } of Object.values(servers)) countSent(file, url, before);
  // What may be sent once only would run out.
  const seconds = workload.once ? 1 : options.seconds;
  const rounds = await runRounds(file, servers, options.rounds, seconds);
  const alone = workload.singleClient ? await singleClients(file, servers, Math.min(seconds, 2)) : undefined;
  const compared = workload.once ? before : await compareAnswers(workload, requests, servers);
  for (const [name, { url }] of Object.entries(servers))
    if (workload.once && countSent(file, url, 0) > requests.length)
      throw new Error(
        `${name} was sent all ${requests.length} requests of ${workload.name}: take fewer rounds.`,
      );
  print(`\n${workloadTable(workload, rounds)}`);
  if (alone) print(`\n${alone}`);
  print(
    `\n${compared} answers of ${Object.keys(servers).join(', ')} compared ${workload.once ? 'before' : 'before and after'}: all alike.`,
  );
}

async function main(folder: string, options: Options) {
  const secret = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64');
  const ground: Ground = { folder, database: join(folder, 'seeded.db'), secret };
  const world = await seedWorld(ground.database, secret, Date.now());
  if (options.before !== undefined) {
    print(heading(undefined, options.rounds, options.seconds));
    const slower = await compareVersions(ground, world, options.before, options, print, workloadTable);
    if (slower.length > 0) throw new Error(`Slower than the version before: ${slower.join(', ')}.`);
    return;
  }
  const { contenders, node } = contendersFor(options.chosen, ground);
  print(heading(node, options.rounds, options.seconds));
  if (!node) print(`For the Fastify peer: ${HOW_TO_GET_NODE}`);
  if (options.start) {
    const [times, idleMs] = options.smoke ? [1, 200] : [7, 2000];
    print(`\n${startTable(await measureStarts(ground, times, idleMs))}`);
  }
  const started: Started[] = [];
  for (const contender of contenders) started.push({ contender, server: await contender.start() });
  for (const workload of options.chosen) await measure(workload, world, started, folder, options);
  for (const { contender, server } of started)
    if (contender.name === OURS)
      print(`\nMemory after the load: ${residentMegabytes(server.pid).toFixed(0)} MB.`);
  await Promise.all(started.map(({ server }) => server.stop()));
}

const folder = mkdtempSync(join(tmpdir(), 'teahouse-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
try {
  await main(folder, readOptions(process.argv.slice(2)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
