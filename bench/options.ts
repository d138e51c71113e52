import { parseArgs } from 'node:util';
import type { Workload } from './workload.ts';
import { workloads } from './workloads/index.ts';

/** Rounds of a comparison with the version before. */
const COMPARED_ROUNDS = 15;

export const USAGE = `bun run bench [WORKLOAD …] [--rounds 5] [--seconds 5] [--smoke] [--no-start] [--before FOLDER]

  WORKLOAD    ${workloads.map(({ name }) => name).join(', ')}; all of them when none is named
  --rounds    how often each server is loaded
  --seconds   how long each time
  --smoke     one short round, to see that everything runs and answers alike; its figures mean nothing
  --no-start  leave out start time and idle memory
  --before    a checkout of the version before, with its node_modules: it alone is loaded beside ours, in turns of
              at least 15 rounds, and the run fails where a call has become slower (more than 5 % of processor time,
              by the whole of the 95 % interval)`;

export interface Options {
  readonly chosen: readonly Workload[];
  readonly rounds: number;
  readonly seconds: number;
  readonly smoke: boolean;
  readonly start: boolean;
  /** The checkout of the version before, where it is compared. */
  readonly before: string | undefined;
}

const positive = (text: string | undefined, fallback: number) => {
  const value = text === undefined ? fallback : Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`"${text}" is not a number from 1 up.\n\n${USAGE}`);
  return value;
};

export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    allowNegative: true,
    options: {
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      smoke: { type: 'boolean', default: false },
      start: { type: 'boolean', default: true },
      before: { type: 'string' },
    },
  });
  const unknown = positionals.filter((name) => !workloads.some((workload) => workload.name === name));
  if (unknown.length > 0) throw new Error(`There is no workload ${unknown.join(', ')}.\n\n${USAGE}`);
  const { smoke, start, before } = values;
  return {
    chosen: positionals.length > 0 ? workloads.filter(({ name }) => positionals.includes(name)) : workloads,
    rounds: positive(values.rounds, smoke ? 1 : before === undefined ? 5 : COMPARED_ROUNDS),
    seconds: positive(values.seconds, smoke ? 1 : before === undefined ? 5 : 2),
    smoke,
    start: start && before === undefined,
    before,
  };
}
