import { sql } from 'drizzle-orm';
import { groupNotes, ROLE } from '../../../../db/schema/groups.ts';
import { LOGIN_EVENT } from '../../../../db/schema/login-events.ts';
import type { ChangeId, GroupId, NoteId, UserId } from '../../../core/ids.ts';
import { refuse } from '../../../http/failure.ts';
import { published } from '../../../http/login-events.ts';
import { p, prepareChange } from '../../../platform/database/query.ts';
import type { CallerContext } from '../../../realtime/context.ts';
import { prepareEvent } from '../../../realtime/events.ts';
import { isUnder } from '../../steps/conditions.ts';
import { explainStep } from '../../steps/standing.ts';
import { claimed, everyMember, isManager, prepareClaim } from '../guards.ts';
import { memberStanding } from '../standing.ts';
import { changeValues, noticeValues } from '../values.ts';

const note = sql`${groupNotes} WHERE id = ${p('note')} AND group_id = ${p('group')}`;
const tellEveryone = prepareEvent<{ note: NoteId; group: GroupId; mark_change: ChangeId }>(
  everyMember,
  sql`(SELECT json_object('id', id, 'title', title, 'content', content, 'groupId', group_id, 'userId', user_id,
    'createTime', created_at, 'updateTime', updated_at) FROM ${note})`,
);

const mayWrite = sql`${isManager} AND NOT ${isUnder('messages', sql`${p('me')}`)}`;
const claimToAdd = prepareClaim<{ me: UserId; now: number }>(mayWrite);
const insertNote = prepareChange<{
  note: NoteId;
  group: GroupId;
  me: UserId;
  title: string;
  text: string;
  now: number;
  mark_change: ChangeId;
}>(
  sql`INSERT INTO ${groupNotes} (id, group_id, user_id, title, content, created_at, updated_at)
    SELECT ${p('note')}, ${p('group')}, ${p('me')}, ${p('title')}, ${p('text')}, ${p('now')}, ${p('now')} WHERE ${claimed}`,
);

/** Why a change of notes was refused: `NO_SUCH_GROUP`, `NOT_A_MEMBER`, `NOT_ALLOWED`, `NO_SUCH_NOTE`. */
async function refuseWriting(context: CallerContext, group: GroupId): Promise<never> {
  const { myRole } = await memberStanding(context, group);
  refuse(myRole === ROLE.member ? 'NOT_ALLOWED' : 'NO_SUCH_NOTE');
}

/** Announces something in a group; the owner and admins may. Event 47. Refuses `EMPTY`, and as `refuseWriting` does. */
export async function addNote(
  context: CallerContext,
  group: GroupId,
  title: string,
  text: string,
): Promise<void> {
  if (title === '' && text === '') refuse('EMPTY');
  const values = { ...changeValues(context, group), note: context.ids.next<NoteId>(), title, text };
  const notice = noticeValues(context, values, 'noteAdded');
  const { added } = await context.db.write({
    added: claimToAdd(values),
    insertNote: insertNote(values),
    published: published(context, LOGIN_EVENT.note, [values.note]),
    tellEveryone: tellEveryone(notice),
  });
  if (added > 0) return;
  await explainStep(context, 'messages', 'MUTED');
  await refuseWriting(context, group);
}

/** A note can be named in its own group alone. */
const isThere = sql`EXISTS (SELECT 1 FROM ${note})`;
const claimToChange = prepareClaim<{ me: UserId; note: NoteId; now: number }>(
  sql`${mayWrite} AND ${isThere}`,
);
const claimToRemove = prepareClaim<{ me: UserId; note: NoteId }>(sql`${isManager} AND ${isThere}`);
const updateNote = prepareChange<{
  title: string | null;
  text: string | null;
  now: number;
  note: NoteId;
  group: GroupId;
  mark_change: ChangeId;
}>(
  sql`UPDATE ${groupNotes} SET title = COALESCE(${p('title')}, title), content = COALESCE(${p('text')}, content),
    updated_at = ${p('now')} WHERE id = ${p('note')} AND group_id = ${p('group')} AND ${claimed}`,
);

/**
 * Changes what is given of a note and keeps the rest; the owner and admins may. Event 48.
 * Refuses as `refuseWriting` does.
 */
export async function changeNote(
  context: CallerContext,
  group: GroupId,
  note: NoteId,
  change: { readonly title: string | undefined; readonly text: string | undefined },
): Promise<void> {
  const { title = null, text = null } = change;
  const values = { ...changeValues(context, group), note, title, text };
  const notice = noticeValues(context, values, 'noteChanged');
  const { changed } = await context.db.write({
    changed: claimToChange(values),
    updateNote: updateNote(values),
    published: published(context, LOGIN_EVENT.note, [values.note]),
    tellEveryone: tellEveryone(notice),
  });
  if (changed > 0) return;
  await explainStep(context, 'messages', 'MUTED');
  await refuseWriting(context, group);
}

const deleteNote = prepareChange<{ note: NoteId; group: GroupId; mark_change: ChangeId }>(
  sql`DELETE FROM ${note} AND ${claimed}`,
);

/** Takes a note away; the owner and admins may. Refuses as `refuseWriting` does. */
export async function removeNote(context: CallerContext, group: GroupId, note: NoteId): Promise<void> {
  const values = { ...changeValues(context, group), note };
  const { removed } = await context.db.write({
    removed: claimToRemove(values),
    deleteNote: deleteNote(values),
  });
  if (removed === 0) await refuseWriting(context, group);
}
