import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findNode } from './node.ts';
import { type RunningServer, startProcess } from './servers.ts';
import type { Workload } from './workload.ts';

/** A program that answers the workloads. */
export interface Contender {
  readonly name: string;
  serves(workload: Workload): boolean;
  start(): Promise<RunningServer>;
}

export const OURS = 'teahouse';
export const FASTIFY = 'fastify';
export const BEFORE = 'before';

/** What every contender is given: a folder to work in, the seeded database to copy, the tokens' secret. */
export interface Ground {
  readonly folder: string;
  readonly database: string;
  readonly secret: string;
}

const here = (path: string) => join(import.meta.dir, path);
const bun = process.execPath;

/** A folder of the contender's own with a copy of the database in it. */
function room({ folder, database }: Ground, name: string): string {
  const own = join(folder, name);
  mkdirSync(own, { recursive: true });
  copyFileSync(database, join(own, 'teahouse.db'));
  return own;
}

/** Our server as `teahouse serve` starts it. */
export const ours = (ground: Ground): Contender => ({
  name: OURS,
  serves: () => true,
  start: () => startOurs(room(ground, OURS), ground.secret),
});

/** @param folder DATA_DIR; a database that is not there is made */
export const startOurs = (folder: string, secret: string): Promise<RunningServer> =>
  startTeahouse(here('../src/commands/cli.ts'), folder, secret);

const startTeahouse = (program: string, folder: string, secret: string): Promise<RunningServer> =>
  startProcess(
    [bun, program, 'serve'],
    {
      DATA_DIR: folder,
      DATABASE_URL: '',
      SESSION_SECRET: secret,
      PAY_PEPPER: secret,
      MODE: 'sandbox',
      HOST: '127.0.0.1',
      PORT: '0',
      PUBLIC_URL: '',
      RATE_LIMITS: 'off',
      LOG: 'errors',
    },
    '/getVersion',
  );

/** Where the command line lies, in this version and in earlier ones. */
const PROGRAMS = ['src/commands/cli.ts', 'src/cli.ts'];

/** The version before, from a checkout of it, on a database that it has seeded itself. */
export function versionBefore(ground: Ground, checkout: string): Contender {
  const program = PROGRAMS.map((path) => resolve(checkout, path)).find((path) => existsSync(path));
  if (!program) throw new Error(`${checkout} is no checkout of Teahouse.`);
  return {
    name: BEFORE,
    serves: () => true,
    start: () => startTeahouse(program, room(ground, BEFORE), ground.secret),
  };
}

const peerEnv = (ground: Ground, name: string) => ({
  DATABASE_FILE: join(room(ground, name), 'teahouse.db'),
  SESSION_SECRET: ground.secret,
});

const bareLimit = (ground: Ground, limit: string): Contender => ({
  name: limit,
  serves: (workload) => Object.hasOwn(workload.limits, limit),
  start: () => startProcess([bun, here('peers/bare.ts'), limit], peerEnv(ground, limit), '/'),
});

const fastifyOn = (ground: Ground, node: string): Contender => ({
  name: FASTIFY,
  serves: () => true,
  start: () => startProcess([node, here('peers/fastify.ts')], peerEnv(ground, FASTIFY), '/'),
});

/** Everybody who takes part: each limit, we, and Fastify where there is a Node for it. */
export function contendersFor(
  workloads: readonly Workload[],
  ground: Ground,
): { contenders: Contender[]; node: string | undefined } {
  const limits = [...new Set(workloads.flatMap((workload) => Object.keys(workload.limits)))];
  const node = findNode();
  const contenders = [...limits.map((limit) => bareLimit(ground, limit)), ours(ground)];
  if (node) contenders.push(fastifyOn(ground, node.command));
  return { contenders, node: node?.version };
}
