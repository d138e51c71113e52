import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { BadConfig } from '../../core/bad-config.ts';
import type { Clock } from '../../core/clock.ts';
import { Problem } from '../../core/problem.ts';
import type { Random } from '../../core/random.ts';
import type { Settings } from '../../core/settings.ts';
import { incomingFile } from './embedded-copy.ts';
import { type BunExecutor, bunExecutor } from './executor.bun.ts';
import { libsqlExecutor } from './executor.libsql.ts';
import type { GroupingExecutor } from './executor.ts';
import { pipelineWire } from './libsql-pipeline.ts';
import { type Standing, schemaStanding, standingProblem } from './standing.ts';

type Named = Pick<Settings, 'DATABASE_URL' | 'DATABASE_AUTH_TOKEN' | 'DATABASE_TIMEOUT_MS' | 'DATA_DIR'>;

/** Opens a file, or makes it; not where a restore was broken off, because what it brings is not there yet. */
export function openFile(path: string): BunExecutor {
  if (!existsSync(path) && existsSync(incomingFile(path)))
    throw new Problem(`A restore into ${resolve(path)} was broken off: run it again before anything else.`);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  return bunExecutor(path);
}

type ExistingSettings = Named & Pick<Settings, 'ACCEPT_MIGRATIONS'>;

/** The path of the embedded database; undefined where the settings name another kind. */
export function databaseFile({
  DATABASE_URL: url,
  DATA_DIR,
}: Pick<Settings, 'DATABASE_URL' | 'DATA_DIR'>): string | undefined {
  if (url === '') return join(DATA_DIR, 'teahouse.db');
  const file = /^file:(?:\/\/(?=\/))?([^?#]+)$/.exec(url)?.[1];
  return file && !file.startsWith('//') ? file : undefined;
}

/**
 * Opens the database that DATABASE_URL names, on Bun: a file (its folder is made), memory, or a libSQL
 * server. Empty: `teahouse.db` under DATA_DIR. Throws `BadConfig` for anything else.
 */
export function openDatabase(settings: Named, clock: Clock, random: Random): GroupingExecutor {
  const url = settings.DATABASE_URL;
  if (url === ':memory:') return bunExecutor(url);
  const file = databaseFile(settings);
  if (file) return openFile(file);
  if (!/^(libsql|https?):\/\//.test(url)) {
    const known = '"file:PATH", ":memory:", "libsql://…", "https://…" or "http://…"';
    throw new BadConfig([`DATABASE_URL must be ${known}.`]);
  }
  const authToken = settings.DATABASE_AUTH_TOKEN;
  const timeoutMs = settings.DATABASE_TIMEOUT_MS;
  return libsqlExecutor({ url, authToken, timeoutMs, clock, random, wire: pipelineWire });
}

/** The database that the settings name, to show to an operator: the whole path, or the URL without what is secret in it. */
export function shownDatabase(config: Pick<Settings, 'DATABASE_URL' | 'DATA_DIR'>): string {
  const file = databaseFile(config);
  return file ? resolve(file) : config.DATABASE_URL.replace(/\/\/[^@/]*@/, '//').replace(/[?#].*$/s, '');
}

/** Only these make a database. */
const MAKERS = '"teahouse serve", "migrate" and "restore" make one; is DATA_DIR the server’s?';

function checkFile(config: Named) {
  const file = databaseFile(config);
  if (!file) return;
  if (!existsSync(file)) throw new Problem(`There is no database at ${resolve(file)}. ${MAKERS}`);
  if (statSync(file).size === 0) throw new Problem(`${resolve(file)} is empty: no database. ${MAKERS}`);
}

/**
 * Opens the database for a command that works beside a server: one that is there and has this program's schema.
 * Nothing is made, and nothing migrated. Throws `Problem`.
 */
export async function openExisting(
  settings: ExistingSettings,
  clock: Clock,
  random: Random,
): Promise<GroupingExecutor> {
  const { executor, standing } = await openToLook(settings, clock, random);
  const problem = standingProblem(standing);
  if (!problem) return executor;
  await executor.close();
  throw problem;
}

/** The same for a command that can do something with a schema that is not this program's: it says how that stands. */
export async function openToLook(
  settings: ExistingSettings,
  clock: Clock,
  random: Random,
): Promise<{ readonly executor: GroupingExecutor; readonly standing: Standing }> {
  checkFile(settings);
  const file = databaseFile(settings);
  const executor = file ? bunExecutor(file, false) : openDatabase(settings, clock, random);
  try {
    return { executor, standing: await schemaStanding(executor, settings.ACCEPT_MIGRATIONS) };
  } catch (error) {
    await executor.close();
    throw error;
  }
}
