import { asc, eq, sql } from 'drizzle-orm';
import { UPLOAD, uploads } from '../../../db/schema/uploads.ts';
import type { ChangeId } from '../../core/ids.ts';
import { messageOf } from '../../core/message-of.ts';
import { p, prepareChange, prepareSelect } from '../../platform/database/query.ts';
import type { Files } from '../../platform/files/files.ts';
import type { Platform } from '../../realtime/context.ts';
import { SMALL } from './store.ts';

const DAY_MS = 24 * 3600 * 1000;

export const STATE = { live: 0, trash: 1, takenDown: 2, gone: 3 } as const;

/** How long no walk may find a file named before it goes to the trash. */
const UNNAMED_MS = 7 * DAY_MS;
/** How long a file stays in the trash. */
export const TRASH_MS = 30 * DAY_MS;
/** How long after that its bytes are still there, while everything is looked through for its name once more. */
export const LAST_LOOK_MS = 2 * DAY_MS;
/** Files that one statement of the sweep moves. */
const MOST = 500;
/** Files that one run lets the store follow: on R2 each costs several requests. */
const SETTLED_AT_ONCE = 50;

/** When the last walk through all names that came to its end began; 0 before the first. */
const walked = sql`(SELECT completed FROM upload_walks WHERE name = 'names')`;
/** The condition of the index `uploads_ending`, in its own words. */
export const isEnding = sql`state > ${UPLOAD.live} AND erased_at IS NULL`;

/** What the last complete walk did not find named, and the one before did, or could not. */
const toUnnamed = prepareChange<void>(
  sql`UPDATE ${uploads} SET unnamed_since = ${walked}
    WHERE key IN (SELECT key FROM ${uploads} WHERE state = ${UPLOAD.live} AND is_kept = 0 AND unnamed_since IS NULL
      AND named_at < ${walked} LIMIT ${MOST})`,
);
/**
 * What no walk has found named for a week, from the first that missed it to the last complete one. The conditions are
 * the statement's own: a walk, or a request, that takes a file back a moment before wins.
 */
const toTrash = prepareChange<{ now: number; mark_upload: ChangeId }>(
  sql`UPDATE ${uploads} SET state = ${UPLOAD.trash}, state_since = ${p('now')}, is_pending = 1, change_id = ${p('mark_upload')}
    WHERE key IN (SELECT key FROM ${uploads} WHERE state = ${UPLOAD.live} AND is_kept = 0
      AND unnamed_since <= ${walked} - ${UNNAMED_MS} ORDER BY unnamed_since LIMIT ${MOST})`,
);
/** What was in the trash for 30 days before a walk began that did not find it. From now on its URL says that it is gone. */
const toGone = prepareChange<{ now: number; mark_upload: ChangeId }>(
  sql`UPDATE ${uploads} SET state = ${UPLOAD.gone}, state_since = ${p('now')}, is_pending = 1, change_id = ${p('mark_upload')}
    WHERE key IN (SELECT key FROM ${uploads} WHERE state = ${UPLOAD.trash} AND ${isEnding}
      AND state_since <= ${walked} - ${TRASH_MS} ORDER BY state_since LIMIT ${MOST})`,
);
/** What a walk that began afterwards did not find either. Nothing takes it back. */
const toErased = prepareChange<{ now: number; mark_upload: ChangeId }>(
  sql`UPDATE ${uploads} SET erased_at = ${p('now')}, is_pending = 1, change_id = ${p('mark_upload')}
    WHERE key IN (SELECT key FROM ${uploads} WHERE state = ${UPLOAD.gone} AND ${isEnding}
      AND state_since <= ${walked} - ${LAST_LOOK_MS} ORDER BY state_since LIMIT ${MOST})`,
);

/** Moves on what nothing names; answers how many files. */
export async function endUnnamed({ db, clock, ids }: Platform): Promise<number> {
  const values = () => ({ now: clock.now(), mark_upload: ids.mark() });
  // The last stage first, so that no run takes a file through two.
  const { erased, gone, trashed } = await db.write({
    erased: toErased(values()),
    gone: toGone(values()),
    trashed: toTrash(values()),
    unnamed: toUnnamed(),
  });
  return erased + gone + trashed;
}

const pending = prepareSelect<void>()(
  {
    key: uploads.key,
    state: uploads.state,
    erasedAt: uploads.erasedAt,
    changeId: uploads.changeId,
  },
  (select) =>
    select
      .from(uploads)
      .where(sql`is_pending = 1 AND state_since >= 0`)
      .orderBy(asc(uploads.stateSince))
      .limit(SETTLED_AT_ONCE),
);
const settled = prepareChange<{ key: string; changeId: ChangeId }>(
  sql`UPDATE ${uploads} SET is_pending = 0 WHERE key = ${p('key')} AND change_id = ${p('changeId')}`,
);
const unsettled = prepareChange<{ key: string }>(
  sql`UPDATE ${uploads} SET is_pending = 1 WHERE key = ${p('key')}`,
);

type Pending = Pick<typeof uploads.$inferSelect, 'key' | 'state' | 'erasedAt'>;

/** Lets the store show, hide or delete a file, with its smaller copy, as its row says. */
async function follow(files: Files, { key, state, erasedAt }: Pending): Promise<void> {
  const act = state === STATE.live ? files.show : erasedAt === null ? files.hide : files.delete;
  await act(key);
  await act(SMALL + key);
}

/**
 * Lets the store follow the rows that have changed. A row that changes meanwhile is followed again by the next run, so
 * that the last word is always the row's.
 */
export async function settleUploads({ db, files, log }: Platform): Promise<number> {
  const rows = await db.read(pending());
  let done = 0;
  for (const row of rows) {
    try {
      await follow(files, row);
      const same = await db.write(settled(row));
      if (same === 0) await db.write(unsettled({ key: row.key }));
      done += same;
    } catch (error) {
      log.error('upload not settled', { error: messageOf(error) });
    }
  }
  return done;
}

const findState = prepareSelect<{ key: string }>()({ state: uploads.state }, (select) =>
  select.from(uploads).where(eq(uploads.key, p('key'))),
);
const bringBack = prepareChange<{ now: number; mark_upload: ChangeId; key: string }>(
  sql`UPDATE ${uploads} SET state = ${UPLOAD.live}, state_since = ${p('now')}, named_at = ${p('now')}, unnamed_since = NULL, is_pending = 1,
      change_id = ${p('mark_upload')}
    WHERE key = ${p('key')} AND state = ${UPLOAD.trash}`,
);

/**
 * What became of a file that the store does not show. One in the trash comes back, because somebody asks for it.
 * @returns `back`: it is shown again, if its bytes are there; `gone`: it was taken down, or nothing named it
 */
export async function seekUpload(
  { db, files, clock, ids }: Pick<Platform, 'db' | 'files' | 'clock' | 'ids'>,
  key: string,
): Promise<'back' | 'gone' | 'unknown'> {
  const [found] = await db.read(findState({ key }));
  if (!found) return 'unknown';
  const changeId = ids.mark();
  if (found.state === STATE.trash) {
    const brought = await db.write(bringBack({ key, now: clock.now(), mark_upload: changeId }));
    if (brought === 0) return seekUpload({ db, files, clock, ids }, key);
  } else if (found.state !== STATE.live) return 'gone';
  await follow(files, { key, state: STATE.live, erasedAt: null });
  if (found.state === STATE.trash) await db.write(settled({ key, changeId }));
  return 'back';
}
