import { sql } from 'drizzle-orm';
import { labelFriends, labels } from '../../../db/schema/friends.ts';
import type { ChangeId, LabelId, UserId } from '../../core/ids.ts';
import { fold } from '../../core/text/fold.ts';
import { refuse } from '../../http/failure.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { allAreFriends, nameTaken } from './conditions.ts';
import { findLabel, type LabelRow } from './queries.ts';

/** What the statements here want. */
type Wanted = {
  readonly name: string;
  readonly mark_change: ChangeId;
  readonly label: LabelId;
  readonly me: UserId;
  readonly friends: string | null;
  readonly folded: string;
  readonly now: number;
};

const myLabel = sql`id = ${p('label')} AND user_id = ${p('me')} AND deleted_at IS NULL`;
const updateLabel = prepareChange<
  Pick<Wanted, 'name' | 'mark_change' | 'label' | 'me' | 'friends' | 'folded'>
>(
  sql`UPDATE ${labels} SET name = ${p('name')}, change_id = ${p('mark_change')}
    WHERE ${myLabel} AND ${allAreFriends} AND NOT ${nameTaken}`,
);
const changed = sql`EXISTS (SELECT 1 FROM ${labels} WHERE id = ${p('label')} AND change_id = ${p('mark_change')})`;
/** A trigger has emptied it where the name is another now. */
const foldName = prepareChange<{ folded: string; label: LabelId; mark_change: ChangeId }>(
  sql`UPDATE ${labels} SET name_folded = ${p('folded')} WHERE id = ${p('label')} AND name_folded IS NULL AND ${changed}`,
);
const removeOthers = prepareChange<{ label: LabelId; friends: string | null; mark_change: ChangeId }>(
  sql`DELETE FROM ${labelFriends} WHERE label_id = ${p('label')} AND ${p('friends')} IS NOT NULL AND ${changed}
    AND friend_id NOT IN (SELECT value FROM json_each(${p('friends')}))`,
);
const insertMembers = prepareChange<Pick<Wanted, 'label' | 'me' | 'friends' | 'mark_change'>>(
  sql`INSERT INTO ${labelFriends} (label_id, user_id, friend_id)
    SELECT ${p('label')}, ${p('me')}, value FROM json_each(${p('friends')}) WHERE ${changed}
    ON CONFLICT DO NOTHING`,
);
/** Whether a label was refused for its name. */
const findNameTaken = prepareRead<Pick<Wanted, 'me' | 'name' | 'folded' | 'label'>, { taken: number }>(
  sql`SELECT ${nameTaken}`,
  ['taken'],
);
const deleteLabel = prepareChange<Pick<Wanted, 'now' | 'mark_change' | 'label' | 'me'>>(
  sql`UPDATE ${labels} SET deleted_at = ${p('now')}, change_id = ${p('mark_change')} WHERE ${myLabel}`,
);
const dropMembers = prepareChange<{ label: LabelId; mark_change: ChangeId }>(
  sql`DELETE FROM ${labelFriends} WHERE label_id = ${p('label')} AND ${changed}`,
);

/**
 * Renames a label of mine and, where `friends` are given, makes them its members, all of them (listing 68).
 * No friends, or an empty list, leave the members as they are.
 */
export async function changeLabel(
  context: CallerContext,
  label: LabelId,
  name: string,
  friends: readonly UserId[] = [],
): Promise<LabelRow> {
  if (name === '') refuse('NAME_EMPTY');
  const values = {
    label,
    me: context.caller.userId,
    name,
    folded: fold(name),
    friends: friends.length > 0 ? JSON.stringify(friends) : null,
    mark_change: context.ids.mark(),
  };
  const {
    updated,
    row: [row],
    rival: [rival],
  } = await context.db.write({
    updated: updateLabel(values),
    foldName: foldName(values),
    removeOthers: removeOthers(values),
    insertMembers: insertMembers(values),
    row: findLabel(values),
    rival: findNameTaken(values),
  });
  if (updated === 0 || !row) refuse(rival?.taken === 1 ? 'NAME_TAKEN' : 'NOT_POSSIBLE');
  return row;
}

/** Deletes a label of mine softly (listing 67): it has no members and is shown nowhere any more; its name is free. */
export async function removeLabel(context: CallerContext, label: LabelId): Promise<void> {
  const { caller, clock, ids } = context;
  const values = { label, me: caller.userId, now: clock.now(), mark_change: ids.mark() };
  const { removed } = await context.db.write({
    removed: deleteLabel(values),
    dropMembers: dropMembers(values),
  });
  if (removed === 0) refuse('NO_SUCH_LABEL');
}
