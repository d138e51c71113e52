import { sql } from 'drizzle-orm';
import { erasures } from '../../../db/schema/erasures.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { Erasure } from '../../platform/erasures/erasures.ts';
import type { Platform } from '../../realtime/context.ts';
import { eraseAccounts } from '../account-deletion/erase.ts';
import { settleUploads } from '../uploads/states.ts';
import { carryOut } from './carry-out.ts';
import { findLast, mirrorErasures, nameErasures } from './mirror.ts';

/** As many as one statement inserts, or one read brings. */
const TOGETHER = 500;

/** Accounts go before anybody is served, unless there are so many that a job ends it: they are shut by then. */
const ERASING = { trips: 300, ms: 60_000, connections: 1 };

/** Under their own numbers, so that they are known from now on; due until they are carried out. */
const bring = prepareChange<{ rows: string }>(
  sql`INSERT INTO ${erasures} (id, kind, key, is_undone, at, is_due)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, 1 FROM json_each(${p('rows')}) WHERE 1
    ON CONFLICT (id) DO NOTHING`,
);
const findDue = prepareRead<{ id: number }, Erasure>(
  sql`SELECT id, kind, key, is_undone, at FROM ${erasures} WHERE is_due = 1 AND id > ${p('id')} ORDER BY id
    LIMIT ${sql.raw(String(TOGETHER))}`,
  ['id', 'kind', 'key', 'isUndone', 'at'],
);
const isDone = prepareChange<{ id: number }>(
  sql`UPDATE ${erasures} SET is_due = 0 WHERE is_due = 1 AND id <= ${p('id')}`,
);

async function allDue({ db }: Platform): Promise<Erasure[]> {
  const due: Erasure[] = [];
  for (;;) {
    const page = await db.read(findDue({ id: due.at(-1)?.id ?? 0 }));
    due.push(...page);
    if (page.length < TOGETHER) return due;
  }
}

/** Brings what was told since this copy of the database was made. Begins to tell where nothing was told yet. */
async function bringBack(home: Platform): Promise<void> {
  const of = await nameErasures(home);
  const last = await home.erasures.last(of);
  if (last === undefined) return home.erasures.append(of, []);
  const [found] = await home.db.read(findLast());
  const known = found?.last ?? 0;
  if (last <= known) return;
  const missed = await home.erasures.after(of, known);
  for (let at = 0; at < missed.length; at += TOGETHER) {
    const rows = missed
      .slice(at, at + TOGETHER)
      .map(({ id, kind, key, isUndone, at: time }) => [id, kind, key, isUndone, time]);
    await home.db.write(bring({ rows: JSON.stringify(rows) }));
  }
}

/**
 * Carries out, on a database that was restored, what was taken down, banned or deleted since the copy was made, and
 * tells of what was not told yet. Before anybody is served. Killed, it begins again: an act that was carried out finds
 * nothing more to do. @returns how many acts were carried out
 */
export async function settleErasures(home: Platform): Promise<number> {
  await bringBack(home);
  const due = await allDue(home);
  const standing = new Map(due.map((one) => [`${one.kind} ${one.key}`, one]));
  const wanted = [...standing.values()].filter(({ isUndone }) => isUndone === 0);
  for (const one of wanted) await carryOut(home, one);
  const last = due.at(-1);
  if (last) {
    await eraseAccounts(home, ERASING);
    while ((await settleUploads(home)) > 0);
    await home.db.write(isDone({ id: last.id }));
    home.log.info('erasures carried out', { acts: wanted.length });
  }
  await mirrorErasures(home);
  return wanted.length;
}
