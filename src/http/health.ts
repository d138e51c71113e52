import { Hono } from 'hono';
import type { Home } from '../app.ts';
import { BadConfig } from '../config.ts';
import type { Db } from '../platform/database/db.ts';
import type { Result, Statement } from '../platform/database/executor.ts';
import { isMigrated, lacksTables } from '../platform/database/migrate.ts';

/** A `Db` as far as the migrations' own bookkeeping reads it. */
const readerOf = (db: Db) => ({
  read: (statements: readonly Statement[]) =>
    db.read(...statements.map((statement) => ({ statement, decode: (result: Result) => result }))),
});

const state = (status: string, httpStatus: number) =>
  Response.json({ status }, { status: httpStatus, headers: { 'cache-control': 'no-store' } });

/** The process answers. */
export const alive = () => state('ok', 200);

/** Why the database cannot be used, in a word for an operator. */
export function unready(error: unknown): Response {
  if (error instanceof BadConfig) return state('misconfigured', 503);
  return state(lacksTables(error) ? 'not migrated' : 'database away', 503);
}

/** `/healthz`: the process answers. `/readyz`: so does its database, which has this version's schema. */
export const health = new Hono<{ Bindings: Home }>().get('/healthz', alive).get('/readyz', async (c) => {
  try {
    return (await isMigrated(readerOf(c.env.platform.db))) ? state('ready', 200) : state('not migrated', 503);
  } catch (error) {
    return unready(error);
  }
});
