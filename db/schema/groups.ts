import { sql } from 'drizzle-orm';
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { ChangeId, GroupId, MessageId, NoteId, UserId } from '../../src/core/ids.ts';
import { users } from './users.ts';
import type { WordOf } from './word.ts';

const groupId = () =>
  integer('group_id')
    .notNull()
    .$type<GroupId>()
    .references(() => groups.id);
const userId = (name: string) =>
  integer(name)
    .notNull()
    .$type<UserId>()
    .references(() => users.id);
/** The call that changed the row last: the mark of its batch. */
const changeId = () => integer('change_id').notNull().default(0).$type<ChangeId>();

/** `join_mode` of a group: how somebody comes into it. */
export const JOIN = {
  free: 0,
  /** By a message that is approved. */
  message: 1,
  /** By an answer that is approved. */
  answer: 2,
  rightAnswer: 3,
  invitation: 4,
  nobody: 5,
  paid: 6,
} as const;
export type JoinMode = WordOf<typeof JOIN>;

/**
 * A group. Ids are sequential and start at 10000. `dismissedAt` ends it: its memberships go, the row stays for
 * the records that name it. Triggers keep `searchName` in the full-text table `group_search`.
 */
export const groups = sqliteTable(
  'groups',
  {
    id: integer('id').primaryKey({ autoIncrement: true }).$type<GroupId>(),
    name: text('name').notNull(),
    /** The name as searches compare it (src/core/text/fold.ts). */
    searchName: text('search_name').notNull().default(''),
    description: text('description').notNull().default(''),
    detail: text('detail').notNull().default(''),
    headUrl: text('head_url').notNull().default(''),
    ownerId: userId('owner_id'),
    joinMode: integer('join_mode').notNull().default(JOIN.free).$type<JoinMode>(),
    question: text('question').notNull().default(''),
    answer: text('answer').notNull().default(''),
    /**
     * Fen that joining costs where it is paid, from `feeSince` on; `lowerFee` until then
     * (docs/decisions.md#join-modes).
     */
    fee: integer('fee').notNull().default(0),
    lowerFee: integer('lower_fee').notNull().default(0),
    feeSince: integer('fee_since').notNull().default(0),
    /** 0–4; counts as 0 once `levelExpiresAt` has passed. */
    level: integer('level').notNull().default(0),
    levelExpiresAt: integer('level_expires_at').notNull().default(0),
    /** The last `levelExpiresAt` that the owner was told has passed (event 58). */
    expiryTold: integer('expiry_told').notNull().default(0),
    robot: integer('robot').notNull().default(0),
    welcome: text('welcome').notNull().default(''),
    changeId: changeId(),
    createdAt: integer('created_at').notNull(),
    dismissedAt: integer('dismissed_at'),
  },
  (t) => [
    index('groups_owner').on(t.ownerId),
    index('groups_expiry_untold').on(t.levelExpiresAt).where(sql`expiry_told < level_expires_at`),
    check('groups_join_mode', sql`${t.joinMode} BETWEEN 0 AND 6`),
  ],
);

/** `state` of a membership. */
export const MEMBER = { waits: 0, joined: 1 } as const;
export type MemberState = WordOf<typeof MEMBER>;

/** `role` of a member. The lower number stands above the higher one. */
export const ROLE = { owner: 1, admin: 2, member: 3 } as const;
export type Role = WordOf<typeof ROLE>;

/** `join_type` of a member: what brought them to the group. */
export const FOUND = { invited: 0, searched: 1, scanned: 2 } as const;
export type Found = WordOf<typeof FOUND>;

/** A membership, or a request or invitation that waits. */
export const groupMembers = sqliteTable(
  'group_members',
  {
    groupId: groupId(),
    userId: userId('user_id'),
    state: integer('state').notNull().default(MEMBER.joined).$type<MemberState>(),
    role: integer('role').notNull().default(ROLE.member).$type<Role>(),
    /** The name the member goes by in this group; empty: the user's own. */
    groupNickName: text('group_nick_name').notNull().default(''),
    inviterId: integer('inviter_id').notNull().default(0),
    receiveTip: integer('receive_tip').notNull().default(1),
    background: text('background').notNull().default(''),
    /** Read by versions before mutes had rows of their own (`groupSanctions`), and by nothing since. */
    mutedUntil: integer('muted_until').notNull().default(0),
    ext: text('ext').notNull().default(''),
    joinType: integer('join_type').notNull().default(FOUND.invited).$type<Found>(),
    /** The applicant's message or answer, while waiting. */
    application: text('application').notNull().default(''),
    changeId: changeId(),
    createdAt: integer('created_at').notNull(),
    /** The member gets the group's events behind this place of the inbox (-1: before the first). Triggers write it. */
    joinedSeq: integer('joined_seq').notNull().default(0),
    /** The last message that the member had written here when somebody else wrote one; 0 for none. */
    spokeId: integer('spoke_id').notNull().default(0).$type<MessageId>(),
  },
  (t) => [
    primaryKey({ columns: [t.groupId, t.userId] }),
    index('group_members_joined').on(t.joinedSeq).where(sql`joined_seq <> 0`),
    index('group_members_user').on(t.userId, t.state),
    index('group_members_roster').on(t.groupId, t.state, t.role),
    uniqueIndex('group_members_one_owner').on(t.groupId).where(sql`role = 1`),
    check('group_members_role', sql`${t.role} IN (1, 2, 3)`),
  ],
);

/** `kind` of what is laid upon a person in a group. */
export const SANCTION = { mute: 1, removal: 2 } as const;
export type Sanction = WordOf<typeof SANCTION>;

/**
 * People who were members of a group and left it: some of what was said meanwhile may still wait for them. Triggers on
 * `group_members` write it; it goes with the events. Of each person and group a trigger keeps the newest 20.
 */
export const groupDepartures = sqliteTable(
  'group_departures',
  {
    userId: userId('user_id'),
    groupId: groupId(),
    /** The member got the group's events behind this place of the inbox … */
    joinedSeq: integer('joined_seq').notNull(),
    /** … up to this one, included. */
    leftSeq: integer('left_seq').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.userId, t.groupId, t.joinedSeq] }),
    index('group_departures_left').on(t.leftSeq),
    index('group_departures_group').on(t.groupId),
  ],
);

/**
 * What is laid upon a person in a group. It belongs to the two, not to the membership: leaving, joining and being
 * let in again do not end a mute (docs/decisions.md#groups).
 */
export const groupSanctions = sqliteTable(
  'group_sanctions',
  {
    groupId: groupId(),
    userId: userId('user_id'),
    kind: integer('kind').notNull().$type<Sanction>(),
    /** Epoch ms. */
    until: integer('until').notNull(),
    laidBy: userId('laid_by'),
    laidAt: integer('laid_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.groupId, t.userId, t.kind] }),
    index('group_sanctions_until').on(t.until),
    check('group_sanctions_kind', sql`${t.kind} IN (1, 2)`),
  ],
);

/** The one open offer of a group's ownership (listing 45): a newer one takes the place of an older. */
export const ownershipOffers = sqliteTable('ownership_offers', {
  groupId: integer('group_id')
    .primaryKey()
    .$type<GroupId>()
    .references(() => groups.id),
  fromId: userId('from_id'),
  toId: userId('to_id'),
  offeredAt: integer('offered_at').notNull(),
});

/** Announcements in a group (群公告). */
export const groupNotes = sqliteTable(
  'group_notes',
  {
    id: integer('id').primaryKey().$type<NoteId>(),
    groupId: groupId(),
    userId: userId('user_id'),
    title: text('title').notNull(),
    content: text('content').notNull(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (t) => [index('group_notes_newest').on(t.groupId, t.updatedAt, t.id)],
);

/**
 * What a group level costs, in fen, how long it lasts, in seconds (listing 55), and how many members it allows.
 * Level 0 is not for sale.
 */
export const groupLevels = sqliteTable(
  'group_levels',
  {
    level: integer('level').primaryKey(),
    fee: integer('fee').notNull(),
    seconds: integer('seconds').notNull(),
    capacity: integer('capacity').notNull().default(100),
    /** What it cost before it was raised: charged until `feeSince`. */
    lowerFee: integer('lower_fee').notNull().default(0),
    /** From when on `fee` is charged; epoch ms. */
    feeSince: integer('fee_since').notNull().default(0),
    /** From then on it is not sold any more; groups that have it keep it. */
    withdrawnAt: integer('withdrawn_at'),
  },
  (t) => [
    check('group_levels_level', sql`${t.level} BETWEEN 0 AND 9`),
    check('group_levels_price', sql`${t.level} = 0 OR (${t.fee} > 0 AND ${t.seconds} > 0)`),
    check('group_levels_capacity', sql`${t.capacity} BETWEEN 2 AND 10000`),
  ],
);
