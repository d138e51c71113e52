import { sql } from 'drizzle-orm';
import { audit, auditDetails } from '../../../../db/schema/audit.ts';
import { favourites } from '../../../../db/schema/favourites.ts';
import { groups } from '../../../../db/schema/groups.ts';
import { eventBodies, inbox, isProfile } from '../../../../db/schema/inbox.ts';
import { bankCards } from '../../../../db/schema/wallet.ts';
import type { UserId } from '../../../core/ids.ts';
import { p, prepareChange } from '../../../platform/database/query.ts';
import { EVENT, FROM } from '../../../realtime/message-types.ts';
import { deletingFound, inPage, NOBODY, type Stage, walkingThrough } from '../stage.ts';

const user = p('user');
const nobody = sql.raw(`'${NOBODY}'`);
const numbers = (types: readonly number[]) => sql.raw(types.join(', '));

/** Events that say what the person has written, or is: they go. */
const WORDS = numbers([
  EVENT.profileChanged,
  EVENT.memberRenamed,
  EVENT.momentCommented,
  EVENT.momentPraised,
  EVENT.momentMention,
  EVENT.joinRequested,
  EVENT.greeted,
]);
const isOld = sql`seq <= (SELECT last_seq FROM deletions WHERE user_id = ${user})`;
const fromThem = sql`${inPage} AND from_id = ${user} AND from_type IN (${FROM.person}, ${FROM.group}) AND message_id IS NULL AND ${isOld}`;

const theirGroups = (id: string) =>
  sql`(SELECT ${sql.raw(id)} FROM ${groups} AS g WHERE g.owner_id = ${user} AND g.dismissed_at IS NOT NULL)`;
/** Events about a group that ended with its owner's account. */
const OF_GROUPS = numbers([
  EVENT.groupRenamed,
  EVENT.groupHeadChanged,
  EVENT.groupDescribed,
  EVENT.noteAdded,
  EVENT.noteChanged,
]);

/** What waits for the person goes, and what waits for others names them no more. Copies of messages stay. */
export const forgetEvents: Stage = walkingThrough(sql`${inbox}`, [
  sql`DELETE FROM ${inbox} WHERE ${inPage} AND user_id = ${user}`,
  sql`DELETE FROM ${inbox} WHERE ${fromThem} AND type IN (${WORDS})`,
  sql`UPDATE ${inbox} SET content = json_replace(content, '$.name', ${nobody}, '$.headUrl', '', '$.adminName', ${nobody})
    WHERE ${fromThem} AND json_valid(content) AND content GLOB '{*'`,
  sql`DELETE FROM ${inbox} WHERE ${inPage} AND type IN (${OF_GROUPS}) AND user_id IN ${theirGroups('-g.id')}`,
  sql`UPDATE ${inbox} SET content = json_replace(content, '$.groupName', '', '$.groupHeadUrl', '')
    WHERE ${inPage} AND json_valid(content) AND content GLOB '{*"groupName"*' AND content ->> 'groupId' IN ${theirGroups('g.id')}`,
]);

const forgetProfile = prepareChange<{ readonly user: UserId }>(
  sql`UPDATE ${eventBodies} SET content = json_object('nickName', ${nobody}, 'district', '', 'city', '', 'province', '',
      'name', ${nobody}, 'sex', '', 'sign', '', 'headUrl', '', 'id', ${user}, 'feedBackImage', '')
    WHERE ${isProfile} AND content ->> 'id' = ${user}`,
);
/** Friends who have not heard yet of a changed profile hear nothing of it. */
export const forgetProfiles: Stage = async ({ db }, { userId }) => {
  await db.write(forgetProfile({ user: userId }));
  return 'done';
};

/** Others keep what they have kept of the person, without name and picture. */
export const forgetSources: Stage = walkingThrough(sql`${favourites}`, [
  sql`UPDATE ${favourites} SET from_name = ${nobody}, from_head_url = '' WHERE ${inPage} AND from_id = ${user}`,
]);

/** The acts of operators stay, by number. */
export const forgetAuditDetails: Stage = deletingFound(
  sql`${auditDetails}`,
  sql`audit_id IN (SELECT id FROM ${audit} WHERE subject = 'user' AND subject_id = CAST(${user} AS TEXT))`,
);

const emptyCards = prepareChange<{ readonly user: UserId; readonly now: number }>(
  sql`UPDATE ${bankCards} SET sealed_number = '', number_digest = '', masked = '', bank_name = '', kind = '',
      unbound_at = COALESCE(unbound_at, ${p('now')}) WHERE user_id = ${user}`,
);
/** Payouts name them. */
export const forgetCards: Stage = async ({ db, clock }, { userId }) => {
  await db.write(emptyCards({ user: userId, now: clock.now() }));
  return 'done';
};
