import { eq, getTableColumns, sql } from 'drizzle-orm';
import { takedowns } from '../../../db/schema/takedowns.ts';
import type { TakedownId, UserId } from '../../core/ids.ts';
import type { Batch, Db } from '../../platform/database/db.ts';
import { p, prepareSelect } from '../../platform/database/query.ts';
import { sealedKeyOf } from '../person-keys/own-key.ts';
import { openEvidence } from './evidence.ts';
import { SUBJECTS, type TakedownSubject } from './kinds.ts';
import { forgetFiles, prepareRestore, showFiles } from './row.ts';
import { subjects } from './subjects.ts';
import { returnValues, type Taking } from './values.ts';

const findTakedown = prepareSelect<{ takedown: TakedownId }>()(
  { ...getTableColumns(takedowns), sealedKey: sealedKeyOf(sql`${takedowns.ownerId}`) },
  (select) => select.from(takedowns).where(eq(takedowns.id, p('takedown'))),
);
export type TakedownRow = typeof takedowns.$inferSelect & { readonly sealedKey: string | null };

/** What was taken down under this number; undefined where nothing was. */
export async function takedownOf(db: Db, takedown: TakedownId): Promise<TakedownRow | undefined> {
  const [row] = await db.read(findTakedown({ takedown }));
  return row;
}

/** The subject of a row that comes back by its number; undefined for a file. */
export const numberedSubject = (row: TakedownRow): TakedownSubject | undefined =>
  SUBJECTS.find((subject) => subject === row.subject);

const restoreFile = prepareRestore(sql`1`);

/**
 * The batch that brings something back as it was, with its files. Undefined where it cannot be: its time has passed,
 * or a lost key sealed it. `changed` changes a row where it comes back.
 */
export function bringingBack(home: Taking, row: TakedownRow): Batch | undefined {
  const evidence = openEvidence(home, row);
  if (evidence === undefined) return undefined;
  const subject = numberedSubject(row);
  const owner = row.ownerId ?? (0 as UserId);
  const from = { takedown: row.id, item: Number(row.item), owner, evidence };
  const values = returnValues(home, from, (subject && subjects[subject].event) ?? 0);
  const files = { showFiles: showFiles(values), forgetFiles: forgetFiles(values) };
  if (!subject) return { changed: restoreFile(values), ...files };
  const { restore, returns } = subjects[subject];
  return { changed: restore(values), ...files, steps: returns.flatMap((step) => step(values)) };
}
