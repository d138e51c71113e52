import { sql } from 'drizzle-orm';
import { groupMembers, groups, ownershipOffers, ROLE } from '../../../db/schema/groups.ts';
import type { ChangeId, GroupId, UserId } from '../../core/ids.ts';
import { refuse } from '../../http/failure.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { prepareEvent } from '../../realtime/events.ts';
import { type ClaimValues, claimed, isMember, isOwner, outranks, prepareClaim } from './guards.ts';
import { prepareLifting } from './sanctions.ts';
import { memberStanding } from './standing.ts';
import { changeValues, noticeValues } from './values.ts';

/** How long an offer stands (docs/decisions.md#groups). */
const OFFER_LIFE_MS = 24 * 3600 * 1000;

const tell = prepareEvent<ClaimValues & { me: UserId; event_to: UserId }>(
  sql`SELECT ${p('event_to')} AS user_id WHERE ${claimed}`,
  sql`(SELECT json_object('groupId', id, 'groupName', name, 'destId', ${p('me')}) FROM ${groups} WHERE id = ${p('group')})`,
);

const claimToOffer = prepareClaim<{ me: UserId; whom: UserId }>(sql`${isOwner} AND ${outranks}`);
const insertOffer = prepareChange<ClaimValues & { me: UserId; whom: UserId; now: number }>(
  sql`INSERT INTO ${ownershipOffers} (group_id, from_id, to_id, offered_at)
    SELECT ${p('group')}, ${p('me')}, ${p('whom')}, ${p('now')} WHERE ${claimed}
    ON CONFLICT (group_id) DO UPDATE SET from_id = excluded.from_id, to_id = excluded.to_id, offered_at = excluded.offered_at`,
);

/**
 * Offers a group to a member; the owner may. A newer offer takes the place of an older one. Event 52. Refuses
 * `TO_ONESELF`, `NO_SUCH_GROUP`, `NOT_A_MEMBER`, `NOT_ALLOWED`, `NOT_THEIR_GROUP` where the other is no member.
 */
export async function offerOwnership(context: CallerContext, group: GroupId, whom: UserId): Promise<void> {
  const values = { ...changeValues(context, group), whom };
  if (whom === values.me) refuse('TO_ONESELF');
  const { offered } = await context.db.write({
    offered: claimToOffer(values),
    insertOffer: insertOffer(values),
    tell: tell({ ...noticeValues(context, values, 'ownershipOffered'), event_to: whom }),
  });
  if (offered === 1) return;
  const { myRole } = await memberStanding(context, group);
  refuse(myRole === ROLE.owner ? 'NOT_THEIR_GROUP' : 'NOT_ALLOWED');
}

const openOffer = sql`${ownershipOffers} WHERE group_id = ${p('group')} AND to_id = ${p('me')} AND offered_at > ${p('since')}`;
const findOffer = prepareRead<{ group: GroupId; me: UserId; since: number }, { owner: UserId }>(
  sql`SELECT from_id FROM ${openOffer}`,
  ['owner'],
);
/** What the conditions of an answer want. */
type TakeValues = { readonly me: UserId; readonly since: number; readonly owner: UserId };
/** The offer, and that it still is the owner's to make. */
const mayTake = sql`${isMember} AND EXISTS (SELECT 1 FROM ${openOffer} AND from_id = ${p('owner')}) AND owner_id = ${p('owner')}`;
const claimToTake = prepareClaim<TakeValues>(mayTake, sql`owner_id = ${p('me')}`);
const claimToDecline = prepareClaim<TakeValues>(mayTake);
const dropOffer = prepareChange<ClaimValues>(
  sql`DELETE FROM ${ownershipOffers} WHERE group_id = ${p('group')} AND ${claimed}`,
);
const stepDown = prepareChange<ClaimValues & { owner: UserId }>(
  sql`UPDATE ${groupMembers} SET role = ${ROLE.member} WHERE group_id = ${p('group')} AND user_id = ${p('owner')} AND ${claimed}`,
);
const stepUp = prepareChange<ClaimValues & { me: UserId }>(
  sql`UPDATE ${groupMembers} SET role = ${ROLE.owner} WHERE group_id = ${p('group')} AND user_id = ${p('me')} AND ${claimed}`,
);
/** Nobody mutes an owner. */
const unmute = prepareLifting<{ me: UserId; mark_change: ChangeId }>('mute', p('me'), claimed);

/**
 * Answers the offer of a group that the caller has: the caller becomes its owner and the owner a member, or all
 * stays as it is. The one who offered learns it (event 53 or 54). Refuses `NO_SUCH_GROUP`, `NOT_A_MEMBER`,
 * `NO_OFFER` where there is none (any longer), and `OWNER_CHANGED`.
 */
export async function answerOffer(context: CallerContext, group: GroupId, accept: boolean): Promise<void> {
  const since = context.clock.now() - OFFER_LIFE_MS;
  const [offer] = await context.db.read(findOffer({ group, me: context.caller.userId, since }));
  if (!offer) {
    await memberStanding(context, group);
    refuse('NO_OFFER');
  }
  const values = { ...changeValues(context, group), since, owner: offer.owner };
  const notice = (type: 'ownershipAccepted' | 'ownershipRefused') =>
    tell({ ...noticeValues(context, values, type), event_to: offer.owner });
  const { answered } = accept
    ? await context.db.write({
        answered: claimToTake(values),
        stepDown: stepDown(values),
        stepUp: stepUp(values),
        unmute: unmute(values),
        dropOffer: dropOffer(values),
        tell: notice('ownershipAccepted'),
      })
    : await context.db.write({
        answered: claimToDecline(values),
        dropOffer: dropOffer(values),
        tell: notice('ownershipRefused'),
      });
  if (answered === 1) return;
  const { ownerId } = await memberStanding(context, group);
  refuse(ownerId === offer.owner ? 'NO_OFFER' : 'OWNER_CHANGED');
}
