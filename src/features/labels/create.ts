import { sql } from 'drizzle-orm';
import { labelFriends, labels } from '../../../db/schema/friends.ts';
import type { LabelId, UserId } from '../../core/ids.ts';
import { fold } from '../../core/text/fold.ts';
import { refuse } from '../../http/failure.ts';
import { orTaken, rowOf } from '../../platform/database/mark.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { allAreFriends, nameTaken } from './conditions.ts';
import type { LabelRow } from './queries.ts';

/** What the statements here want. */
type Wanted = {
  readonly label: LabelId;
  readonly me: UserId;
  readonly name: string;
  readonly folded: string;
  readonly now: number;
  readonly friends: string;
};

/** Labels that one user may have: each comes with every reply that lists them. */
const MAX_LABELS = 500;

const hasRoom = sql`(SELECT count(*) FROM ${labels} WHERE user_id = ${p('me')} AND deleted_at IS NULL) < ${MAX_LABELS}`;
const made = rowOf(labels, 'label');
const insertLabel = prepareChange<Wanted>(
  sql`INSERT INTO ${labels} (id, user_id, name, name_folded, created_at)
    SELECT ${p('label')}, ${p('me')}, ${p('name')}, ${p('folded')}, ${p('now')}
    WHERE ${orTaken(sql`${hasRoom} AND ${allAreFriends} AND NOT ${nameTaken}`, made)}`,
);
const insertMembers = prepareChange<{ label: LabelId; me: UserId; friends: string }>(
  sql`INSERT INTO ${labelFriends} (label_id, user_id, friend_id)
    SELECT ${p('label')}, ${p('me')}, value FROM json_each(${p('friends')}) WHERE ${made}`,
);
const findObstacles = prepareRead<Wanted, { taken: number; hasRoom: number }>(
  sql`SELECT ${nameTaken}, ${hasRoom}`,
  ['taken', 'hasRoom'],
);

/**
 * Makes a label (listing 65). A label without a member is refused, as the document's release notes say;
 * it may lose its members later. Refuses `NAME_EMPTY`, `TOO_MANY`, `NAME_TAKEN`, `NOT_FRIENDS`.
 */
export async function createLabel(
  context: CallerContext,
  name: string,
  friends: readonly UserId[],
): Promise<LabelRow> {
  if (name === '') refuse('NAME_EMPTY');
  if (friends.length === 0) refuse('NOT_FRIENDS');
  const label = { id: context.ids.next<LabelId>(), name, sort: 0, createdAt: context.clock.now() };
  const values = {
    label: label.id,
    me: context.caller.userId,
    name,
    folded: fold(name),
    friends: JSON.stringify(friends),
    now: label.createdAt,
  };
  const { changes } = await context.db.write({
    changes: insertLabel(values),
    insertMembers: insertMembers(values),
  });
  if (changes === 1) return label;
  const [found] = await context.db.read(findObstacles(values));
  if (found?.hasRoom === 0) refuse('TOO_MANY');
  return refuse(found?.taken === 1 ? 'NAME_TAKEN' : 'NOT_FRIENDS');
}
