import { sql } from 'drizzle-orm';
import { favourites } from '../../../db/schema/favourites.ts';
import { eventBodies, inbox } from '../../../db/schema/inbox.ts';
import { type Allowance, inSlices } from '../../core/in-slices.ts';
import { withoutMasks } from '../../core/text/masked-mobile.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import { readProgress, setProgress } from '../../realtime/progress.ts';

/**
 * Earlier versions called whoever gave no name by their masked mobile, seven digits of it. The migration has renamed
 * people and members; this job follows with what was said of them: events that wait, and favourites.
 */

/** Rows that one step looks at. */
const CHUNK = 1000;
/** How far the job has come: the table and the highest number that was looked at, or DONE. */
const PROGRESS = 'masked_names_hidden_to';
const DONE = 'done';

/** A row, and its text where it may hold a masked mobile. */
type Row = { readonly id: number; readonly text: string | null };
const given = sql`(SELECT value ->> 0 AS id, value ->> 1 AS old, value ->> 2 AS new FROM json_each(${p('rows')}))`;
const mayHold = (column: string) =>
  sql`CASE WHEN instr(${sql.raw(column)}, '****') THEN ${sql.raw(column)} END`;

/** Where such names may stand: rows by number, and how those that hold one are written. */
const places = [
  {
    find: prepareRead<{ after: number }, Row>(
      sql`SELECT seq, ${mayHold('content')} FROM ${inbox} WHERE seq > ${p('after')} ORDER BY seq LIMIT ${CHUNK}`,
      ['id', 'text'],
    ),
    write: prepareChange<{ rows: string }>(
      sql`UPDATE ${inbox} SET content = given.new FROM ${given} AS given WHERE seq = given.id AND content = given.old`,
    ),
  },
  {
    find: prepareRead<{ after: number }, Row>(
      sql`SELECT id, ${mayHold('content')} FROM ${eventBodies} WHERE id > ${p('after')} ORDER BY id LIMIT ${CHUNK}`,
      ['id', 'text'],
    ),
    write: prepareChange<{ rows: string }>(
      sql`UPDATE ${eventBodies} SET content = given.new FROM ${given} AS given
        WHERE ${eventBodies.id} = given.id AND content = given.old`,
    ),
  },
  {
    find: prepareRead<{ after: number }, Row>(
      sql`SELECT id, ${mayHold('from_name')} FROM ${favourites} WHERE id > ${p('after')} ORDER BY id LIMIT ${CHUNK}`,
      ['id', 'text'],
    ),
    write: prepareChange<{ rows: string }>(
      sql`UPDATE ${favourites} SET from_name = given.new FROM ${given} AS given
        WHERE ${favourites.id} = given.id AND from_name = given.old`,
    ),
  },
] as const;

/** `place:number`: which of the places, and the highest number that was looked at there. */
const placeOf = (value: string): [place: number, after: number] => {
  const [place = 0, after = 0] = value.split(':').map(Number);
  return [place, after];
};

/** Looks at the next rows. @returns the progress after them, and how many rows were written */
async function step({ db }: Platform, progress: string): Promise<{ next: string; written: number }> {
  const [number, after] = placeOf(progress);
  const place = places[number];
  if (!place) return { next: DONE, written: 0 };
  const rows = await db.read(place.find({ after }));
  const masked = rows.flatMap(({ id, text }) => {
    const hidden = text === null ? text : withoutMasks(text);
    return hidden === text ? [] : [[id, text, hidden]];
  });
  const last = rows.at(-1)?.id;
  const following = number + 1 < places.length ? `${number + 1}:0` : DONE;
  const next = last === undefined ? following : `${number}:${last}`;
  const writing = masked.length > 0 ? [place.write({ rows: JSON.stringify(masked) })] : [];
  await db.write({ writing, setProgress: setProgress({ name: PROGRESS, value: next }) });
  return { next, written: masked.length };
}

/**
 * Hides the masked mobiles that events and favourites still name people by.
 * @returns how many rows were written
 */
export async function hideMaskedMobiles(platform: Platform, allowance?: Allowance): Promise<number> {
  const [stored] = await platform.db.read(readProgress({ name: PROGRESS }));
  let progress = stored?.value ?? '0:0';
  if (progress === DONE) return 0;
  let total = 0;
  const goOn = async () => {
    const { next, written } = await step(platform, progress);
    total += written;
    progress = next;
    return progress !== DONE;
  };
  await inSlices(platform.clock, goOn, { trips: 2, allowance });
  return total;
}
