import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BadConfig, type Config } from '../../config.ts';
import type { Clock } from '../clock.ts';
import type { Random } from '../random.ts';
import { bunExecutor } from './executor.bun.ts';
import { libsqlExecutor } from './executor.libsql.ts';
import type { Executor } from './executor.ts';
import { pipelineWire } from './libsql-pipeline.ts';

type Settings = Pick<Config, 'DATABASE_URL' | 'DATABASE_AUTH_TOKEN' | 'DATABASE_TIMEOUT_MS' | 'DATA_DIR'>;

function openFile(path: string): Executor {
  mkdirSync(dirname(path), { recursive: true });
  return bunExecutor(path);
}

/** The path of the embedded database; undefined where the settings name another kind. */
export function databaseFile({
  DATABASE_URL: url,
  DATA_DIR,
}: Pick<Config, 'DATABASE_URL' | 'DATA_DIR'>): string | undefined {
  if (url === '') return join(DATA_DIR, 'teahouse.db');
  const file = /^file:(?:\/\/(?=\/))?([^?#]+)$/.exec(url)?.[1];
  return file && !file.startsWith('//') ? file : undefined;
}

/**
 * Opens the database that DATABASE_URL names, on Bun: a file (its folder is made), memory, or a libSQL
 * server. Empty: `teahouse.db` under DATA_DIR. Throws `BadConfig` for anything else.
 */
export function openDatabase(settings: Settings, clock: Clock, random: Random): Executor {
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

/** True where the database is a file or memory of this process alone, not a server that others share. */
export const isEmbedded = ({ DATABASE_URL: url }: Pick<Config, 'DATABASE_URL'>): boolean =>
  !/^(libsql|https?):\/\//.test(url);
