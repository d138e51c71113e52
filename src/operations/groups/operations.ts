import * as z from 'zod';
import { JOIN, ROLE } from '../../../db/schema/groups.ts';
import { yuan } from '../../core/fen.ts';
import type { GroupId } from '../../core/ids.ts';
import { keyOf, pageOf } from '../keys.ts';
import { listing, viewing } from '../operation.ts';
import { numberOf, optional, text } from '../params.ts';
import { nothingDone } from '../refused.ts';
import { onOneLine, timeText } from '../shown.ts';
import { userNumber } from '../users/number.ts';
import { lookAtGroup, lookForGroups, membersOf } from './look.ts';

const roles = ['support', 'moderator'] as const;
const groupNumber = numberOf<GroupId>('group', ' "teahouse admin groups find NAME" tells it.');
const timeOr = (at: number | null) => (at === null || at === 0 ? '' : timeText(at));

/** How somebody comes into a group, by `join_mode`. */
const JOINING = ['free', 'message', 'answer', 'right answer', 'invitation', 'nobody', 'paid'] as const;
const joiningOf = (mode: number) => JOINING[mode] ?? JOINING[JOIN.nobody];
const ROLES = ['group owner', 'admin', 'member'] as const;
const roleOf = (role: number) => ROLES[role - ROLE.owner] ?? 'member';

export const find = listing({
  name: 'groups.find',
  roles,
  about:
    'groups by number or by a part of the name, those that a user is in, or all: number, name, owner, when dismissed',
  params: { text: optional(text('number or part of the name')), user: optional(userNumber) },
  operands: ['text'],
  counted: 'groups',
  whenNone: 'There is no such group.',
  row: z.object({ group: z.number(), name: z.string(), owner: z.number(), dismissed: z.string() }),
  async read({ db }, { text: wanted, user }, after) {
    const [behind = 0] = keyOf(after, ['number']) ?? [];
    const { rows, total } = await lookForGroups(db, { text: wanted, user }, Number(behind));
    return pageOf(
      rows,
      total,
      ({ id, name, owner, dismissedAt }) => ({
        group: id,
        name: onOneLine(name),
        owner,
        dismissed: timeOr(dismissedAt),
      }),
      ({ id }) => [id],
    );
  },
});

export const show = viewing({
  name: 'groups.show',
  roles,
  subject: 'group',
  about: 'one group: its owner and admins, how many are in it, its level, how people join, what it announces',
  params: { group: groupNumber },
  operands: ['group'],
  answer: z.object({
    group: z.number(),
    name: z.string(),
    owner: z.number(),
    description: z.string(),
    members: z.number(),
    capacity: z.number(),
    waiting: z.number(),
    level: z.number(),
    levelUntil: z.string(),
    joining: z.enum(JOINING),
    fee: z.string(),
    since: z.string(),
    dismissed: z.string(),
    admins: z.array(z.number()),
    announcements: z.array(
      z.object({ user: z.number(), title: z.string(), text: z.string(), at: z.string() }),
    ),
  }),
  async read({ db, clock }, { group }) {
    const found = (await lookAtGroup(db, group, clock.now())) ?? nothingDone(`There is no group ${group}.`);
    const answer = {
      group,
      name: onOneLine(found.name),
      owner: found.owner,
      description: onOneLine(found.description),
      members: found.members,
      capacity: found.capacity,
      waiting: found.waiting,
      level: found.level,
      levelUntil: found.level === 0 ? '' : timeOr(found.levelExpiresAt),
      joining: joiningOf(found.joinMode),
      fee: yuan(found.fee),
      since: timeText(found.createdAt),
      dismissed: timeOr(found.dismissedAt),
      admins: found.admins,
      announcements: found.notes.map(({ user, title, content, at }) => ({
        user,
        title: onOneLine(title),
        text: onOneLine(content),
        at: timeText(at),
      })),
    };
    return { on: group, answer };
  },
});

export const members = listing({
  name: 'groups.members',
  roles,
  about:
    'who is in a group: the owner, then admins, then the others as they came, and until when somebody is muted',
  params: { group: groupNumber },
  operands: ['group'],
  counted: 'members',
  row: z.object({
    user: z.number(),
    name: z.string(),
    role: z.enum(ROLES),
    joined: z.string(),
    muted: z.string(),
  }),
  async read({ db, clock }, { group }, after) {
    const [rank = 0, place = 0] = keyOf(after, ['number', 'number']) ?? [];
    const at = { group, now: clock.now(), role: Number(rank), place: Number(place) };
    const { rows, total } = await membersOf(db, at);
    return pageOf(
      rows,
      total,
      (found) => ({
        user: found.user,
        name: onOneLine(found.name),
        role: roleOf(found.role),
        joined: timeText(found.joinedAt),
        muted: timeOr(found.mutedUntil),
      }),
      (found) => [found.role, found.place],
    );
  },
});
