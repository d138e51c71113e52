import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { type Ground, startOurs } from './contenders.ts';
import { processorTime, residentMegabytes } from './servers.ts';

export interface StartFigures {
  readonly label: string;
  /** Start of the process to the first answer, each time. */
  readonly milliseconds: readonly number[];
  /** Processor time until then, each time; more than one core's when threads compile beside it. */
  readonly cpuMs: readonly number[];
  /** Resident memory two seconds after the first answer. */
  readonly megabytes: readonly number[];
}

/** Starts our server several times, with a database that has to be made or one that is there. */
async function measure(label: string, times: number, idleMs: number, folder: () => string, secret: string) {
  const milliseconds: number[] = [];
  const cpuMs: number[] = [];
  const megabytes: number[] = [];
  for (let i = 0; i < times; i += 1) {
    const server = await startOurs(folder(), secret);
    cpuMs.push((processorTime(server.pid) ?? Number.NaN) / 1000);
    await Bun.sleep(idleMs);
    milliseconds.push(server.startMs);
    megabytes.push(residentMegabytes(server.pid));
    await server.stop();
  }
  return { label, milliseconds, cpuMs, megabytes };
}

export async function measureStarts(ground: Ground, times: number, idleMs: number): Promise<StartFigures[]> {
  const fresh = () => mkdtempSync(join(ground.folder, 'start-'));
  const known = fresh();
  return [
    await measure('new database', times, idleMs, fresh, ground.secret),
    await measure('database there', times + 1, idleMs, () => known, ground.secret).then((figures) => ({
      ...figures,
      // The first of these made the database.
      milliseconds: figures.milliseconds.slice(1),
      cpuMs: figures.cpuMs.slice(1),
      megabytes: figures.megabytes.slice(1),
    })),
  ];
}
