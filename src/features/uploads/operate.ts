import { and, asc, eq, getTableColumns, gt, sql } from 'drizzle-orm';
import { UPLOAD, type UploadState, uploads, uploadUsage } from '../../../db/schema/uploads.ts';
import type { ChangeId, UserId } from '../../core/ids.ts';
import type { Db } from '../../platform/database/db.ts';
import { p, prepareChange, prepareRead, prepareSelect } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import { rowKeyOf } from './keys.ts';
import { isEnding } from './states.ts';

/** Rows of a page, and files that one statement moves. */
const PAGE = 200;

export type Upload = typeof uploads.$inferSelect;

const ofOwner = prepareSelect<{ owner: UserId; after: string }>()(getTableColumns(uploads), (select) =>
  select
    .from(uploads)
    .where(and(eq(uploads.ownerId, p('owner')), gt(uploads.key, p('after'))))
    .orderBy(asc(uploads.key))
    .limit(PAGE),
);
/** A user's uploads in every state, oldest first, read a page at a time. */
export async function* uploadsOf(db: Db, owner: UserId): AsyncGenerator<Upload> {
  for (let after = ''; ; ) {
    const rows = await db.read(ofOwner({ owner, after }));
    yield* rows;
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    after = last.key;
  }
}

const hidden = prepareSelect<{ state: number; since: number; after: string }>()(
  getTableColumns(uploads),
  (select) =>
    select
      .from(uploads)
      .where(
        sql`state = ${p('state')} AND ${isEnding} AND state_since >= ${p('since')}
        AND (state_since > ${p('since')} OR key > ${p('after')})`,
      )
      .orderBy(asc(uploads.stateSince), asc(uploads.key))
      .limit(PAGE),
);
/** The uploads that are in the trash (1), taken down (2) or gone (3) with their bytes still there, longest first. */
export async function* hiddenUploads(
  db: Db,
  state: Exclude<UploadState, typeof UPLOAD.live>,
): AsyncGenerator<Upload> {
  for (let [since, after] = [0, '']; ; ) {
    const rows = await db.read(hidden({ state, since, after }));
    yield* rows;
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    [since, after] = [last.stateSince, last.key];
  }
}

/** The key that an operator names: itself, a smaller copy's, or the end of a URL. */
export function keyNamed(text: string): string {
  const path = URL.parse(text)?.pathname ?? text;
  return rowKeyOf(path.slice(path.lastIndexOf('/') + 1));
}

type Operating = Pick<Platform, 'db' | 'files' | 'clock' | 'ids'>;

const restore = sql`SET state = ${UPLOAD.live}, state_since = ${p('now')}, named_at = ${p('now')}, unnamed_since = NULL,
  is_kept = 1, is_pending = 1, change_id = ${p('mark_upload')}`;
const restoreOne = prepareChange<{ now: number; mark_upload: ChangeId; key: string }>(
  sql`UPDATE ${uploads} ${restore} WHERE key = ${p('key')} AND state > ${UPLOAD.live} AND erased_at IS NULL`,
);
const restoreMany = prepareChange<{ now: number; mark_upload: ChangeId; keys: string }>(
  sql`UPDATE ${uploads} ${restore} WHERE key IN (SELECT value FROM json_each(${p('keys')}))
    AND state IN (${UPLOAD.trash}, ${UPLOAD.gone}) AND ${isEnding}`,
);

/**
 * Brings a file back that is in the trash, taken down, or gone with its bytes still there. From then on it stays,
 * whether anything names it or not. `changed` changes a row where there was one to bring back.
 */
export const restoring = ({ clock, ids }: Operating, key: string) => ({
  changed: restoreOne({ key, now: clock.now(), mark_upload: ids.mark() }),
});

/** The same for those of these files that went because nothing named them. */
export const restoringMany = ({ clock, ids }: Operating, keys: readonly string[]) => ({
  changed: restoreMany({ keys: JSON.stringify(keys), now: clock.now(), mark_upload: ids.mark() }),
});

/** The files that went because nothing named them and whose bytes are still there, some hundred at a time. */
export async function* unnamedUploads(db: Db): AsyncGenerator<readonly string[]> {
  for (const state of [UPLOAD.trash, UPLOAD.gone] as const) {
    let page: string[] = [];
    for await (const { key } of hiddenUploads(db, state)) {
      page.push(key);
      if (page.length < PAGE) continue;
      yield page;
      page = [];
    }
    if (page.length > 0) yield page;
  }
}

const findUpload = prepareSelect<{ key: string }>()(getTableColumns(uploads), (select) =>
  select.from(uploads).where(eq(uploads.key, p('key'))),
);
/** A file's row; undefined where there is none. */
export const uploadOf = async (db: Db, key: string): Promise<Upload | undefined> =>
  (await db.read(findUpload({ key })))[0];

const kept = prepareRead<void, { bytes: number; files: number; owners: number }>(
  sql`SELECT COALESCE(SUM(bytes), 0), COALESCE(SUM(files), 0), COUNT(*) FROM ${uploadUsage} WHERE files > 0`,
  ['bytes', 'files', 'owners'],
);
const inTrash = prepareRead<void, { bytes: number; files: number }>(
  sql`SELECT COALESCE(SUM(bytes), 0), COUNT(*) FROM ${uploads} WHERE state IN (${UPLOAD.trash}, ${UPLOAD.gone}) AND ${isEnding}`,
  ['bytes', 'files'],
);

/** What all uploads take, and what of it is on its way out. For an operator: it adds up a row an owner. */
export async function usageOfAll(db: Db) {
  const {
    all: [all],
    trash: [trash],
  } = await db.read({ all: kept(), trash: inTrash() });
  return { all, trash };
}

const usageOf = prepareSelect<{ owner: UserId }>()(getTableColumns(uploadUsage), (select) =>
  select.from(uploadUsage).where(eq(uploadUsage.ownerId, p('owner'))),
);
/** What is kept for one user. */
export async function usageOfOwner(db: Db, owner: UserId) {
  const [found] = await db.read(usageOf({ owner }));
  return { bytes: found?.bytes ?? 0, files: found?.files ?? 0 };
}
