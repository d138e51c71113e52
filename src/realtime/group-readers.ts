import { sql } from 'drizzle-orm';
import { groupDepartures, groupMembers, MEMBER } from '../../db/schema/groups.ts';
import type { UserId } from '../core/ids.ts';
import { p, prepareRead } from '../platform/database/query.ts';

/** From where to where in the inbox somebody gets the events of a group; `high` null: still. */
export interface Reading {
  readonly userId: UserId;
  readonly groupId: number;
  /** Behind this place … */
  readonly low: number;
  /** … up to this one, included. */
  readonly high: number | null;
}
const columns = ['userId', 'groupId', 'low', 'high'] as const;

/** What some users get of groups, as far as it reaches behind a place. Ended times come first. */
export const readReadings = prepareRead<
  { users: string; after: number },
  Reading & Record<string, number | null>
>(
  sql`SELECT d.user_id, d.group_id, d.joined_seq, d.left_seq FROM json_each(${p('users')}) AS a
      CROSS JOIN ${groupDepartures} AS d ON d.user_id = a.value AND d.left_seq > ${p('after')}
    UNION ALL SELECT m.user_id, m.group_id, m.joined_seq, NULL FROM json_each(${p('users')}) AS a
      CROSS JOIN ${groupMembers} AS m ON m.user_id = a.value AND m.state = ${MEMBER.joined}`,
  columns,
);

/** Everybody who has left or joined a group since a place. Ended times come first. */
export const readChangedReadings = prepareRead<{ after: number }, Reading & Record<string, number | null>>(
  sql`SELECT user_id, group_id, joined_seq, left_seq FROM ${groupDepartures} WHERE left_seq >= ${p('after')}
    UNION ALL SELECT user_id, group_id, joined_seq, NULL FROM ${groupMembers}
      WHERE joined_seq >= CASE ${p('after')} WHEN 0 THEN -1 ELSE ${p('after')} END AND joined_seq <> 0 AND state = ${MEMBER.joined}`,
  columns,
);

/** Ended times of a person in a group that are kept: as many as the database keeps. */
const TIMES = 20;

/** A time that has ended. */
interface Ended {
  readonly low: number;
  high: number;
}

/** Those who get a group's events, and those who got them. A person in hundreds of groups is one number in each. */
interface Members {
  /** Behind which place those get them who still do. */
  readonly lasting: Map<UserId, number>;
  readonly ended: Map<UserId, Ended[]>;
}

/** The times for which those who are here get the events of their groups. */
export class GroupReaders {
  private readonly members = new Map<number, Members>();
  private readonly groupsOf = new Map<UserId, number[]>();

  knows(user: UserId): boolean {
    return this.groupsOf.has(user);
  }

  /** Takes in users with all that they get. */
  learn(users: Iterable<UserId>, readings: readonly Reading[]): void {
    for (const user of users) if (!this.knows(user)) this.groupsOf.set(user, []);
    this.change(readings);
  }

  /** Takes in what has become known since: of those who are known. */
  change(readings: readonly Reading[]): void {
    for (const { userId, groupId, low, high } of readings) {
      const groups = this.groupsOf.get(userId);
      if (!groups) continue;
      const members = this.membersOf(groupId);
      const { lasting, ended } = members;
      if (!lasting.has(userId) && !ended.has(userId)) groups.push(groupId);
      if (high === null) lasting.set(userId, low);
      else end(members, userId, { low, high });
    }
  }

  private membersOf(group: number): Members {
    const known = this.members.get(group);
    if (known) return known;
    const members = { lasting: new Map(), ended: new Map() };
    this.members.set(group, members);
    return members;
  }

  /** Those of whom it knows that they get this place of a group. */
  of(group: number, seq: number): UserId[] {
    const all: UserId[] = [];
    const members = this.members.get(group);
    members?.lasting.forEach((low, user) => {
      if (low < seq) all.push(user);
    });
    members?.ended.forEach((times, user) => {
      if (times.some(({ low, high }) => low < seq && seq <= high)) all.push(user);
    });
    return all;
  }

  /** Forgets all but some. */
  keep(isHere: (user: UserId) => boolean): void {
    for (const [user, groups] of this.groupsOf) {
      if (isHere(user)) continue;
      this.groupsOf.delete(user);
      for (const group of groups) this.forget(user, group);
    }
  }

  private forget(user: UserId, group: number): void {
    const members = this.members.get(group);
    members?.lasting.delete(user);
    members?.ended.delete(user);
    if (members?.lasting.size === 0 && members.ended.size === 0) this.members.delete(group);
  }
}

/** Takes in a time that has ended, and with it all that lasted from before its end. */
function end({ lasting, ended }: Members, user: UserId, time: Ended): void {
  if ((lasting.get(user) ?? Number.POSITIVE_INFINITY) <= time.low) lasting.delete(user);
  const times = ended.get(user) ?? [];
  ended.set(user, times);
  const same = times.find(({ low }) => low === time.low);
  if (same) same.high = time.high;
  else times.push(time);
  if (times.length > TIMES) times.shift();
}
