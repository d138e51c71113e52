import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import { groupNotes } from '../../../db/schema/groups.ts';
import { messages } from '../../../db/schema/messages.ts';
import { momentComments, moments } from '../../../db/schema/moments.ts';
import { personTakedowns, takedowns } from '../../../db/schema/takedowns.ts';
import { users } from '../../../db/schema/users.ts';
import type { TakedownId, UserId } from '../../core/ids.ts';
import { type Allowance, inSlices } from '../../core/in-slices.ts';
import { p, prepareChange, prepareRead, prepareSelect } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import type { TakedownSubject } from './kinds.ts';
import { bringingBack, takedownOf } from './restore.ts';
import { takingSubjectDown } from './take.ts';

/** Rows that a step looks at, and things of the person that it takes. */
const LOOKED_AT = sql.raw('2000');
const TAKEN = 10;

type Walk = { readonly user: UserId; readonly cursor: number };
type Hits = { readonly hits: string; readonly last: number | null };
const hits = (page: SQL, end: SQL) =>
  prepareRead<Walk, Hits>(
    sql`WITH page AS (${page}) SELECT (SELECT json_group_array(id) FROM
      (SELECT id FROM page WHERE is_theirs ORDER BY id LIMIT ${sql.raw(String(TAKEN))})), ${end}`,
    ['hits', 'last'],
  );
const end = sql`(SELECT MAX(id) FROM page)`;
/** No index says who wrote what: each step looks at the next rows of all. */
const pages = (rows: SQL) => hits(sql`${rows} AND id > ${p('cursor')} ORDER BY id LIMIT ${LOOKED_AT}`, end);

const profile = (text: string) =>
  prepareRead<Walk, Hits>(
    sql`SELECT json_group_array(id), NULL FROM ${users} WHERE id = ${p('user')} AND ${sql.raw(text)} <> '' AND ${p('cursor')} = 0`,
    ['hits', 'last'],
  );

/** The kinds of content that go, one after another. What people own together, as a group, stays. */
const stages: readonly (readonly [TakedownSubject, ReturnType<typeof hits>])[] = [
  ['name', profile('name')],
  ['avatar', profile('head_url')],
  ['background', profile('moments_cover')],
  ['moment', pages(sql`SELECT id, 1 AS is_theirs FROM ${moments} WHERE author_id = ${p('user')}`)],
  ['comment', pages(sql`SELECT id, user_id = ${p('user')} AS is_theirs FROM ${momentComments} WHERE 1`)],
  ['note', pages(sql`SELECT id, user_id = ${p('user')} AS is_theirs FROM ${groupNotes} WHERE 1`)],
  [
    'message',
    pages(
      sql`SELECT id, sender_id = ${p('user')} AND recalled_at IS NULL AS is_theirs FROM ${messages} WHERE 1`,
    ),
  ],
];
const returning = hits(
  sql`SELECT id, 1 AS is_theirs FROM ${takedowns} WHERE owner_id = ${p('user')} AND restored_at IS NULL AND sealed <> ''
    AND id > ${p('cursor')} ORDER BY id LIMIT ${LOOKED_AT}`,
  end,
);

const begin = prepareChange<{ readonly user: UserId; readonly isReturn: 0 | 1; readonly now: number }>(
  sql`INSERT INTO ${personTakedowns} (user_id, is_return, began_at)
    SELECT id, ${p('isReturn')}, ${p('now')} FROM ${users} WHERE id = ${p('user')}
    ON CONFLICT (user_id) DO UPDATE SET is_return = excluded.is_return, stage = excluded.stage, cursor = excluded.cursor, began_at = excluded.began_at
      WHERE is_return <> excluded.is_return`,
);
/**
 * The batch that begins to take down, or to bring back, all that a person has written and shown; a job goes on with it.
 * `changed` changes a row unless it is under way already, or there is no such person.
 */
export const beginningWith = ({ clock }: Pick<Platform, 'clock'>, user: UserId, isReturn: boolean) => ({
  changed: begin({ user, isReturn: isReturn ? 1 : 0, now: clock.now() }),
});

const findOldest = prepareSelect<void>()(getTableColumns(personTakedowns), (select) =>
  select.from(personTakedowns).orderBy(personTakedowns.userId).limit(1),
);
type Standing = typeof personTakedowns.$inferSelect;
const stands = sql`user_id = ${p('userId')} AND is_return = ${p('isReturn')} AND stage = ${p('stage')} AND cursor = ${p('cursor')}`;
type Moved = Pick<Standing, 'userId' | 'isReturn' | 'stage' | 'cursor'>;
const move = prepareChange<Moved & { readonly nextStage: number; readonly nextCursor: number }>(
  sql`UPDATE ${personTakedowns} SET stage = ${p('nextStage')}, cursor = ${p('nextCursor')} WHERE ${stands}`,
);
const finish = prepareChange<Moved>(sql`DELETE FROM ${personTakedowns} WHERE ${stands}`);

async function act(platform: Platform, subject: TakedownSubject | undefined, item: number): Promise<number> {
  if (subject) {
    const going = await takingSubjectDown(platform, subject, item, true);
    return going ? Number((await platform.db.write(going.batch))['changed']) : 0;
  }
  const row = await takedownOf(platform.db, item as TakedownId);
  const back = row && bringingBack(platform, row);
  return back ? Number((await platform.db.write(back))['changed']) : 0;
}

/**
 * Goes on with the people all of whose content goes or comes back, some rows and ten things a step.
 * @returns how many things went or came back
 */
export async function takePeopleDown(platform: Platform, allowance?: Allowance): Promise<number> {
  let done = 0;
  const step = async () => {
    const [standing] = await platform.db.read(findOldest());
    if (!standing) return false;
    const { userId: user, cursor, stage, isReturn } = standing;
    const [subject, find] = isReturn ? [undefined, returning] : (stages[stage] ?? [undefined, undefined]);
    if (!find) {
      await platform.db.write(finish(standing));
      return true;
    }
    const [found] = await platform.db.read(find({ user, cursor }));
    const items: readonly number[] = JSON.parse(found?.hits ?? '[]');
    for (const item of items) done += await act(platform, subject, item);
    const next = items.length === TAKEN ? items.at(-1) : found?.last;
    const to =
      next == null
        ? { nextStage: isReturn ? stages.length : stage + 1, nextCursor: 0 }
        : { nextStage: stage, nextCursor: next };
    await platform.db.write(isReturn && next == null ? finish(standing) : move({ ...standing, ...to }));
    return true;
  };
  await inSlices(platform.clock, step, { trips: 3 + 3 * TAKEN, allowance });
  return done;
}
