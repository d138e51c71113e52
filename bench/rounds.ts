import { type Load, load } from './load.ts';
import { processorTime, type RunningServer } from './servers.ts';

/** What one load of one server came to. */
export interface Turn extends Load {
  /** Processor time of the server for one request, in microseconds. */
  readonly cpuUs: number | undefined;
}

export interface Rounds {
  /** Loads of a contender, one a round. */
  readonly loads: Map<string, Turn[]>;
  /** Its share of the limit, round by round: of the mean of the limit's loads before and after it. */
  readonly ratios: Map<string, number[]>;
}

async function turn(
  file: string,
  name: string,
  server: RunningServer | undefined,
  seconds: number,
): Promise<Turn> {
  if (!server) throw new Error(`${name} does not run.`);
  const end = server.ended();
  if (end) throw new Error(`${name} ended by itself: ${end}.`);
  const before = processorTime(server.pid);
  const result = await load(file, server.url, seconds);
  const after = processorTime(server.pid);
  if (result.errors > 0) throw new Error(`${name}: ${result.errors} requests failed under load.`);
  const cpuUs = before === undefined || after === undefined ? undefined : (after - before) / result.requests;
  return { ...result, cpuUs };
}

/**
 * Loads the servers in turn, several times. The limit runs first, between the rounds and last, so that what else
 * the machine does falls on all alike, and each ratio is to the limit's figures on both sides of its round.
 * @param servers by name; the first one is the limit
 */
export async function runRounds(
  file: string,
  servers: Readonly<Record<string, RunningServer>>,
  rounds: number,
  seconds: number,
): Promise<Rounds> {
  const names = Object.keys(servers);
  const [limit = ''] = names;
  const loads = new Map<string, Turn[]>(names.map((name) => [name, []]));
  const run = async (name: string) => {
    loads.get(name)?.push(await turn(file, name, servers[name], seconds));
  };
  for (const name of names) await turn(file, name, servers[name], Math.min(seconds, 2)); // warm-up
  for (let round = 0; round < rounds; round += 1) for (const name of names) await run(name);
  await run(limit);

  const limits = loads.get(limit) ?? [];
  const around = (i: number) => ((limits[i]?.perSecond ?? 0) + (limits[i + 1]?.perSecond ?? 0)) / 2;
  const ratios = new Map(
    names.slice(1).map((name) => [name, (loads.get(name) ?? []).map((one, i) => one.perSecond / around(i))]),
  );
  return { loads, ratios };
}
