import { type SQL, sql } from 'drizzle-orm';
import { DEST } from '../../../db/schema/dest.ts';
import { favourites } from '../../../db/schema/favourites.ts';
import { pins } from '../../../db/schema/friends.ts';
import { groupDepartures, groupMembers, groups, ownershipOffers } from '../../../db/schema/groups.ts';
import { inbox, isTold, namedGroup, namesGroup, toldOf } from '../../../db/schema/inbox.ts';
import { type NoMore, p, prepareChange, prepareRead, type Values } from '../../platform/database/query.ts';
import { prepareEvent } from '../../realtime/events.ts';
import { lastSeq } from '../../realtime/inbox.ts';
import { EVENT } from '../../realtime/message-types.ts';
import { everyoneIn } from '../../realtime/relations.ts';
import type { Found } from './kinds.ts';
import { prepareRestore, prepareTake, type Restored, restored, type Taken, taken } from './row.ts';
import type { Takable } from './subject.ts';

type Item = { readonly item: number };
const group = sql`${groups} WHERE id = ${p('item')}`;
const TEXTS = ['name', 'search_name', 'description', 'detail', 'head_url', 'question', 'answer', 'welcome'];
const MEMBER = [
  'user_id',
  'state',
  'role',
  'group_nick_name',
  'inviter_id',
  'receive_tip',
  'background',
  'ext',
  'join_type',
  'application',
  'created_at',
];
const list = (parts: readonly SQL[]) => sql.join([...parts], sql`, `);

const find = prepareRead<Item, Found>(
  sql`SELECT owner_id, json_object(${list(TEXTS.map((text) => sql`${sql.raw(`'${text}'`)}, ${sql.raw(text)}`))},
      'members', json((SELECT json_group_array(json_array(${list(MEMBER.map((column) => sql.raw(column)))}))
        FROM ${groupMembers} WHERE group_id = ${p('item')}))),
      CAST(change_id AS TEXT), id FROM ${group} AND dismissed_at IS NULL`,
  ['owner', 'evidence', 'seen', 'dest'],
);
const forOne = <Wanted extends Values = NoMore>(text: SQL) => prepareChange<Item & Taken & Wanted>(text);
const dismiss = forOne<{ readonly now: number }>(
  sql`UPDATE ${groups} SET dismissed_at = ${p('now')}, ${list(TEXTS.map((text) => sql`${sql.raw(text)} = ''`))}
    WHERE id = ${p('item')} AND ${taken}`,
);
/** Invitations that wait name the group. */
const forgetEvents = forOne(
  sql`UPDATE ${inbox} SET content = json_set(content, '$.groupName', '', '$.groupHeadUrl', '')
    WHERE ${isTold} AND ${toldOf} = ${p('item')} AND type IN (${EVENT.addedToGroup}, ${EVENT.invitedToPay}) AND ${taken}`,
);
/** And so do offers, answers to requests, and mutes. */
const forgetNames = forOne(
  sql`UPDATE ${inbox} SET content = json_replace(content, '$.groupName', '', '$.question', '', '$.answer', '')
    WHERE ${namesGroup} AND ${namedGroup} = ${p('item')} AND ${taken}`,
);
/** What people have kept names it. */
const forgetKept = forOne(
  sql`UPDATE ${favourites} SET from_name = '', from_head_url = ''
    WHERE from_id = ${p('item')} AND from_name = (SELECT name FROM ${group}) AND ${taken}`,
);
/** Members who left before hear nothing of it any more. */
const forgetDepartures = forOne(
  sql`DELETE FROM ${groupDepartures} WHERE group_id = ${p('item')} AND ${taken}`,
);
const tell = prepareEvent<Item & Taken>(
  sql`${everyoneIn(p('item'))} AND ${taken}`,
  sql`json_object('groupId', ${p('item')}, 'groupName', '', 'destId', ${p('event_from')})`,
);
const unpin = forOne(
  sql`DELETE FROM ${pins} WHERE dest_type = ${DEST.group} AND dest_id = ${p('item')} AND ${taken}
    AND user_id IN (SELECT user_id FROM ${groupMembers} WHERE group_id = ${p('item')})`,
);
const dropOffer = forOne(sql`DELETE FROM ${ownershipOffers} WHERE group_id = ${p('item')} AND ${taken}`);
const dropMembers = forOne(sql`DELETE FROM ${groupMembers} WHERE group_id = ${p('item')} AND ${taken}`);
/** Of all that was told to the group, those who were members until now get the dismissal alone. */
const hearTheEnd = forOne(
  sql`UPDATE ${groupDepartures} SET joined_seq = ${lastSeq} - 1 WHERE group_id = ${p('item')} AND ${taken}`,
);

type Back = Restored & Item & { readonly evidence: string };
const reopen = prepareChange<Back>(
  sql`UPDATE ${groups} SET dismissed_at = NULL,
      ${list(TEXTS.map((text) => sql`${sql.raw(text)} = ${p('evidence')} ->> ${sql.raw(`'$.${text}'`)}`))}
    WHERE id = ${p('item')} AND ${restored}`,
);
const bringMembers = prepareChange<Back>(
  sql`INSERT INTO ${groupMembers} (group_id, ${list(MEMBER.map((column) => sql.raw(column)))})
    SELECT ${p('item')}, ${list(MEMBER.map((_, i) => sql`value ->> ${sql.raw(String(i))}`))}
      FROM json_each(${p('evidence')}, '$.members') WHERE ${restored}`,
);

/** A group is dismissed, and nothing that was told to it is told any more. It comes back with its members. */
export const groupSubject: Takable = {
  find,
  take: prepareTake<{ readonly seen: string }>(
    sql`EXISTS (SELECT 1 FROM ${group} AND dismissed_at IS NULL AND CAST(change_id AS TEXT) = ${p('seen')})`,
  ),
  steps: [
    forgetDepartures,
    forgetEvents,
    forgetNames,
    forgetKept,
    tell,
    dismiss,
    unpin,
    dropOffer,
    dropMembers,
    hearTheEnd,
  ],
  event: EVENT.groupDismissed,
  restore: prepareRestore<Item>(sql`EXISTS (SELECT 1 FROM ${group} AND dismissed_at IS NOT NULL)`),
  returns: [reopen, bringMembers],
};
