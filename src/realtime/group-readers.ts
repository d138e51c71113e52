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

/** Times of a person in a group that are kept: as many ended ones as the database keeps, and one that lasts. */
const TIMES = 21;

interface Time {
  readonly low: number;
  high: number | null;
}

/** The times for which those who are here get the events of their groups. */
export class GroupReaders {
  private readonly members = new Map<number, Map<UserId, Time[]>>();
  private readonly groupsOf = new Map<UserId, Set<number>>();

  knows(user: UserId): boolean {
    return this.groupsOf.has(user);
  }

  /** Takes in users with all that they get. */
  learn(users: Iterable<UserId>, readings: readonly Reading[]): void {
    for (const user of users) if (!this.knows(user)) this.groupsOf.set(user, new Set());
    this.change(readings);
  }

  /** Takes in what has become known since: of those who are known. */
  change(readings: readonly Reading[]): void {
    for (const { userId, groupId, low, high } of readings) {
      const groups = this.groupsOf.get(userId);
      if (!groups) continue;
      groups.add(groupId);
      const members = this.members.get(groupId) ?? new Map<UserId, Time[]>();
      this.members.set(groupId, members);
      const times = members.get(userId) ?? [];
      members.set(userId, times);
      const same = times.find((time) => time.low === low);
      if (same) same.high = high;
      else times.push({ low, high });
      if (times.length > TIMES) times.shift();
    }
  }

  /** Those of whom it knows that they get this place of a group. */
  of(group: number, seq: number): UserId[] {
    const all: UserId[] = [];
    this.members.get(group)?.forEach((times, user) => {
      for (const { low, high } of times) {
        if (low >= seq || (high !== null && seq > high)) continue;
        all.push(user);
        break;
      }
    });
    return all;
  }

  /** Forgets all but some. */
  keep(isHere: (user: UserId) => boolean): void {
    for (const [user, groups] of this.groupsOf) {
      if (isHere(user)) continue;
      this.groupsOf.delete(user);
      for (const group of groups) {
        const members = this.members.get(group);
        members?.delete(user);
        if (members?.size === 0) this.members.delete(group);
      }
    }
  }
}
