import { createHash } from 'node:crypto';
import { type SQL, sql } from 'drizzle-orm';
import { UPLOAD, uploads } from '../../../db/schema/uploads.ts';
import type { ChangeId } from '../../core/ids.ts';
import { type Allowance, inSlices } from '../../core/in-slices.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import { stemsIn } from './keys.ts';
import { PLACE_ROWS, type Place, places } from './places.ts';
import { isEnding } from './states.ts';
import { currentWalk, movedTo, type Walk } from './walk.ts';

/** What the statements here want. */
type Wanted = {
  readonly at: number;
  readonly mark_upload: ChangeId;
  readonly stems: string;
  readonly startedAt: number;
};

const EVERY_MS = 24 * 3600 * 1000;
/** Places of which none fills a page, that are taken in one go. */
const TOGETHER = 8;
/** Round trips to the database that they take, mostly: each place is read, and the walk is moved; few hold a name. */
const TRIPS = TOGETHER + 1;
/** Names that one statement marks. */
const MARKS = 1000;

/** Marks what was found named, once a walk, and takes back what nothing seemed to name. */
const markNamed = prepareChange<Wanted>(
  sql`UPDATE ${uploads} SET named_at = MAX(named_at, ${p('at')}), unnamed_since = NULL, state = ${UPLOAD.live},
      state_since = CASE state WHEN ${UPLOAD.live} THEN state_since ELSE ${p('at')} END,
      is_pending = CASE state WHEN ${UPLOAD.live} THEN is_pending ELSE 1 END, change_id = ${p('mark_upload')}
    WHERE key IN (SELECT u.key FROM json_each(${p('stems')}) AS stem
        CROSS JOIN ${uploads} AS u ON u.key >= stem.value AND u.key < stem.value || '/')
      AND ((state = ${UPLOAD.live} AND named_at < ${p('startedAt')}) OR (state IN (${UPLOAD.trash}, ${UPLOAD.gone}) AND erased_at IS NULL))`,
);

/** A file that may go because nothing names it, or is on its way out. */
const one = (condition: SQL) => sql`EXISTS (SELECT 1 FROM ${uploads} WHERE ${condition})`;
const mayGo = sql`state = ${UPLOAD.live} AND is_kept = 0`;
const matters = prepareRead<void, { one: number }>(
  sql`SELECT 1 WHERE ${one(sql`${mayGo} AND unnamed_since IS NULL`)} OR ${one(sql`${mayGo} AND unnamed_since > 0`)}
    OR ${one(sql`state IN (${UPLOAD.trash}, ${UPLOAD.gone}) AND ${isEnding}`)}`,
  ['one'],
);

/** Changes with the list of places: a walk that began with another one has not seen all of them. */
const planOf = (all: readonly Place[]): string =>
  createHash('sha256')
    .update(all.map(({ table, columns }) => `${table}(${columns.join()})`).join())
    .digest('hex')
    .slice(0, 32);

/** Reads the next rows and marks what they name; the walk as it stands then, undefined where it has ended. */
async function step(
  { db, clock, ids }: Platform,
  walk: Walk,
  all: readonly Place[],
): Promise<Walk | undefined> {
  const place = all[walk.place];
  if (!place) return undefined;
  // Before the rows are read: what is named later is not older than this.
  const at = clock.now();
  const found = await db.read(walk.cursor === '' ? place.first() : place.next({ key: walk.cursor }));
  const rows = found.map(place.rowOf);
  const stems = [...new Set(rows.flatMap(({ text }) => [...stemsIn(text)]))];
  for (let i = 0; i < stems.length; i += MARKS) {
    const some = JSON.stringify(stems.slice(i, i + MARKS));
    await db.write(markNamed({ at, startedAt: walk.startedAt, stems: some, mark_upload: ids.mark() }));
  }
  if (rows.length === PLACE_ROWS) return { ...walk, cursor: JSON.stringify(rows.at(-1)?.key) };
  return walk.place < all.length - 1 ? { ...walk, place: walk.place + 1, cursor: '' } : undefined;
}

/**
 * Goes on with the walk through every place that may name an upload. A new one begins
 * a day after the last began, where there is a file for which it matters. Once it has come to its end,
 * `upload_walks.completed` says that whatever was named in all that time has been marked so.
 */
export async function walkNames(platform: Platform, allowance?: Allowance): Promise<void> {
  const { db, clock } = platform;
  const all = places();
  const now = clock.now();
  const plan = planOf(all);
  const isDue = async () => (await db.read(matters())).length > 0;
  let saved = await currentWalk(db, { name: 'names', plan, now, everyMs: EVERY_MS, isDue });
  const some = async () => {
    if (!saved) return false;
    // Small places are taken together: each place that is written down costs a commit.
    let walk: Walk | undefined = saved;
    for (let many = 0; walk && walk.cursor === saved.cursor && many < TOGETHER; many += 1)
      walk = await step(platform, walk, all);
    const moved = await db.write(movedTo(saved, walk));
    saved = moved > 0 ? walk : undefined;
    return saved !== undefined;
  };
  await inSlices(clock, some, { trips: TRIPS, allowance });
}
