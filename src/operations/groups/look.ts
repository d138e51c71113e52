import { type SQL, sql } from 'drizzle-orm';
import {
  groupMembers,
  groupNotes,
  groupSanctions,
  groups,
  MEMBER,
  ROLE,
  SANCTION,
} from '../../../db/schema/groups.ts';
import { users } from '../../../db/schema/users.ts';
import type { GroupId, UserId } from '../../core/ids.ts';
import { LIST_SIZE, MOST_COUNTED } from '../../core/operator-page.ts';
import { feeNow } from '../../features/groups/joining/fee.ts';
import { capacity, levelInForce } from '../../features/groups/levels/level.ts';
import { phraseOf } from '../../features/groups/search.ts';
import type { Db } from '../../platform/database/db.ts';
import { p, prepareRead } from '../../platform/database/query.ts';

const few = (rows: number) => sql`LIMIT ${sql.raw(String(rows))}`;
const is = (value: number) => sql.raw(String(value));

const FOUND = ['id', 'name', 'owner', 'dismissedAt'] as const;
export type FoundGroup = {
  readonly id: GroupId;
  readonly name: string;
  readonly owner: UserId;
  readonly dismissedAt: number | null;
};
const found = sql`SELECT g.id, g.name, g.owner_id, g.dismissed_at FROM ${groups} AS g`;

const byNumber = prepareRead<{ group: GroupId }, FoundGroup>(sql`${found} WHERE g.id = ${p('group')}`, FOUND);
const named = sql`group_search MATCH ${p('phrase')}`;
const byName = prepareRead<{ phrase: string; after: number }, FoundGroup>(
  sql`${found} WHERE g.id IN (SELECT rowid FROM group_search WHERE ${named} AND rowid > ${p('after')}
    ORDER BY rowid ${few(LIST_SIZE)}) ORDER BY g.id`,
  FOUND,
);
const countNamed = prepareRead<{ phrase: string }, { total: number }>(
  sql`SELECT count(*) FROM (SELECT 1 FROM group_search WHERE ${named} ${few(MOST_COUNTED)})`,
  ['total'],
);
const all = prepareRead<{ after: number }, FoundGroup>(
  sql`${found} WHERE g.id > ${p('after')} ORDER BY g.id ${few(LIST_SIZE)}`,
  FOUND,
);
const countAll = prepareRead<{ after: number }, { total: number }>(
  sql`SELECT count(*) FROM (SELECT 1 FROM ${groups} WHERE id > ${p('after')} ${few(MOST_COUNTED)})`,
  ['total'],
);
/** Nobody is in more groups than are looked through. */
const MOST_GROUPS = 5000;
const ofMember = prepareRead<{ user: UserId }, FoundGroup>(
  sql`SELECT g.id, g.name, g.owner_id, g.dismissed_at FROM ${groupMembers} AS m CROSS JOIN ${groups} AS g ON g.id = m.group_id
    WHERE m.user_id = ${p('user')} AND m.state = ${is(MEMBER.joined)} ${few(MOST_GROUPS)}`,
  FOUND,
);

/** Groups behind a number that a person is in. */
async function groupsOf(db: Db, user: UserId, after: number) {
  const own = (await db.read(ofMember({ user }))).sort((a, b) => a.id - b.id);
  return { rows: own.filter(({ id }) => id > after).slice(0, LIST_SIZE), total: own.length };
}

/** The group of this number, dismissed or not; else living ones whose name has this text in it. */
async function groupsNamed(db: Db, text: string, after: number) {
  const group = /^[1-9]\d{0,15}$/.test(text) ? (Number(text) as GroupId) : undefined; // looked up in SQL
  const one = group === undefined || after > 0 ? [] : await db.read(byNumber({ group }));
  if (one.length > 0) return { rows: one, total: one.length };
  const phrase = phraseOf(text);
  const { rows, total } = await db.read({ rows: byName({ phrase, after }), total: countNamed({ phrase }) });
  return { rows, total: total[0]?.total ?? 0 };
}

/** Which groups: of a text, of a member, or all. */
interface Wanted {
  readonly text: string | undefined;
  readonly user: UserId | undefined;
}

/** A page of groups behind a number, and how many there are in all. */
export async function lookForGroups(db: Db, { text, user }: Wanted, after: number) {
  if (user !== undefined) return groupsOf(db, user, after);
  if (text !== undefined) return groupsNamed(db, text, after);
  const { rows, total } = await db.read({ rows: all({ after }), total: countAll({ after: 0 }) });
  return { rows, total: total[0]?.total ?? 0 };
}

type At = { readonly group: GroupId; readonly now: number };
const SHOWN = [
  'name',
  'owner',
  'description',
  'joinMode',
  'fee',
  'level',
  'levelExpiresAt',
  'capacity',
  'createdAt',
  'dismissedAt',
] as const;
const shown = prepareRead<
  At,
  {
    name: string;
    owner: UserId;
    description: string;
    joinMode: number;
    fee: number;
    level: number;
    levelExpiresAt: number;
    capacity: number;
    createdAt: number;
    dismissedAt: number | null;
  }
>(
  sql`SELECT name, owner_id, description, join_mode, ${feeNow}, ${levelInForce}, level_expires_at, ${capacity}, created_at,
    dismissed_at FROM ${groups} WHERE id = ${p('group')}`,
  SHOWN,
);
const counted = (state: number) =>
  prepareRead<{ group: GroupId }, { count: number }>(
    sql`SELECT count(*) FROM ${groupMembers} WHERE group_id = ${p('group')} AND state = ${is(state)}`,
    ['count'],
  );
const countJoined = counted(MEMBER.joined);
const countWaiting = counted(MEMBER.waits);
const admins = prepareRead<{ group: GroupId }, { user: UserId }>(
  sql`SELECT user_id FROM ${groupMembers} WHERE group_id = ${p('group')} AND state = ${is(MEMBER.joined)}
    AND role = ${is(ROLE.admin)} ${few(LIST_SIZE)}`,
  ['user'],
);
const notes = prepareRead<{ group: GroupId }, { user: UserId; title: string; content: string; at: number }>(
  sql`SELECT user_id, title, content, updated_at FROM ${groupNotes} WHERE group_id = ${p('group')}
    ORDER BY updated_at DESC ${few(5)}`,
  ['user', 'title', 'content', 'at'],
);

/** One group with what stands around it; undefined where there is none. */
export async function lookAtGroup(db: Db, group: GroupId, now: number) {
  const read = await db.read({
    group: shown({ group, now }),
    joined: countJoined({ group }),
    waiting: countWaiting({ group }),
    admins: admins({ group }),
    notes: notes({ group }),
  });
  const [row] = read.group;
  if (!row) return undefined;
  const count = (rows: readonly { count: number }[]) => rows[0]?.count ?? 0;
  return {
    ...row,
    members: count(read.joined),
    waiting: count(read.waiting),
    admins: read.admins.map(({ user }) => user),
    notes: read.notes,
  };
}

export type Member = {
  readonly place: number;
  readonly user: UserId;
  readonly name: string;
  readonly role: number;
  readonly joinedAt: number;
  readonly mutedUntil: number | null;
};
const muted: SQL = sql`(SELECT s.until FROM ${groupSanctions} AS s WHERE s.group_id = m.group_id AND s.user_id = m.user_id
  AND s.kind = ${is(SANCTION.mute)} AND s.until > ${p('now')})`;
const roster = prepareRead<At & { role: number; place: number }, Member>(
  sql`SELECT m.rowid, m.user_id, u.nick_name, m.role, m.created_at, ${muted}
    FROM ${groupMembers} AS m CROSS JOIN ${users} AS u ON u.id = m.user_id
    WHERE m.group_id = ${p('group')} AND m.state = ${is(MEMBER.joined)} AND (m.role, m.rowid) > (${p('role')}, ${p('place')})
    ORDER BY m.role, m.rowid ${few(LIST_SIZE)}`,
  ['place', 'user', 'name', 'role', 'joinedAt', 'mutedUntil'],
);

/** Members of a group: its owner, then admins, then the others as they came. */
export async function membersOf(db: Db, at: At & { readonly role: number; readonly place: number }) {
  const { rows, total } = await db.read({ rows: roster(at), total: countJoined({ group: at.group }) });
  return { rows, total: total[0]?.count ?? 0 };
}
