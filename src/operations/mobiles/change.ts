import { type SQL, sql } from 'drizzle-orm';
import { audit } from '../../../db/schema/audit.ts';
import { sessions, wrongTries } from '../../../db/schema/sessions.ts';
import { IDENTITY, identityChecks, users } from '../../../db/schema/users.ts';
import type { ChangeId, UserId } from '../../core/ids.ts';
import type { Mobile } from '../../core/text/mobile.ts';
import { sealedKeyOf } from '../../features/person-keys/own-key.ts';
import { ID_NO } from '../../features/profiles/view.ts';
import { prepareUnbindAll } from '../../features/push-devices/unbind.ts';
import { claimCode, codeClaimed, codeValues, countWrongCode } from '../../features/sms-codes/claim.ts';
import { prepareHold } from '../../features/wallet-holds/hold.ts';
import { mayTry } from '../../http/lockout.ts';
import { type NoMore, p, prepareChange, prepareRead, type Values } from '../../platform/database/query.ts';
import { openOf } from '../../platform/keys/persons.ts';
import type { Platform } from '../../realtime/context.ts';
import { noticeValues, prepareNotice } from '../../realtime/notices.ts';
import type { Actor } from '../actor.ts';
import type { Act } from '../operation.ts';
import { nothingDone } from '../refused.ts';
import { maskedMobile } from './params.ts';
import { oldMobileOf, operatorKey } from './send.ts';
import { tellBoth } from './tell.ts';

const user = p('user');

/** What follows a change, whoever decided it: no session or push goes on, the wallet is held, the person is told. */
export function prepareConsequences<Wanted extends Values = NoMore>(changed: SQL) {
  const hold = prepareHold<Wanted & { user: UserId }>(user, sql`0`, changed);
  const endSessions = prepareChange<Wanted & { user: UserId; now: number }>(
    sql`UPDATE ${sessions} SET ended_at = ${p('now')} WHERE user_id = ${user} AND ended_at IS NULL AND ${changed}`,
    { rings: 'sessions' },
  );
  const unbindAll = prepareUnbindAll<Wanted & { user: UserId }>(user, changed);
  const tell = prepareNotice<Wanted & { user: UserId }>(user, changed);
  return (home: Platform, values: Wanted & { readonly user: UserId; readonly now: number }) => ({
    hold: hold(values),
    endSessions: endSessions(values),
    unbindAll: unbindAll(values),
    tell: tell({ ...values, ...noticeValues(home, 'mobileChanged') }),
  });
}

/** For so long whoever has looked at an ID number is no judge of its end. */
const SEEN_MS = 90 * 24 * 3600 * 1000;

type Wanted = {
  readonly user: UserId;
  readonly now: number;
  readonly mobile: Mobile;
  readonly old: Mobile;
  readonly mark_claim: ChangeId;
  readonly looker: string;
  readonly seenSince: number;
};
const hasSeen = sql`EXISTS (SELECT 1 FROM ${audit} WHERE subject = 'user' AND subject_id = CAST(${user} AS TEXT)
  AND operation = 'identity.show' AND actor = ${p('looker')} AND at > ${p('seenSince')})`;
const isFree = sql`NOT EXISTS (SELECT 1 FROM ${users} WHERE mobile = ${p('mobile')})`;
const setMobile = prepareChange<Wanted>(
  sql`UPDATE ${users} SET mobile = ${p('mobile')}, updated_at = ${p('now')}
    WHERE id = ${user} AND mobile = ${p('old')} AND ${codeClaimed} AND ${isFree} AND NOT ${hasSeen}`,
);
const changed = sql`${codeClaimed} AND EXISTS (SELECT 1 FROM ${users} WHERE id = ${user} AND mobile = ${p('mobile')})`;
const consequences = prepareConsequences<{ readonly mobile: Mobile; readonly mark_claim: ChangeId }>(changed);

const findProof = prepareRead<
  Pick<Wanted, 'user' | 'looker' | 'seenSince'>,
  { sealed: string | null; sealedKey: string | null; seen: number }
>(
  sql`SELECT (SELECT sealed_id_no FROM ${identityChecks} WHERE user_id = ${user} AND state = ${IDENTITY.confirmed}),
    ${sealedKeyOf(user)}, ${hasSeen}`,
  ['sealed', 'sealedKey', 'seen'],
);

/** Wrong ends of one person's ID number, within a quarter of an hour. */
const TRIES = 3;
const forgetTries = prepareChange<Wanted & { readonly triesKey: string }>(
  sql`DELETE FROM ${wrongTries} WHERE key = ${p('triesKey')} AND ${changed}`,
);
const triesKey = (of: UserId) => `id-end:${of}`;

/** A try of an operator's at a code of a number. */
export const claimOf = ({ ids, clock, keys }: Platform, mobile: Mobile, code: string, actor: Actor) =>
  codeValues({ ids, clock, keys, addressKey: operatorKey(actor) }, mobile, code);

/** Uses a code up, so that nobody tries more ends of an ID number than codes come. */
async function useUp({ db }: Platform, claim: ReturnType<typeof claimOf>): Promise<never> {
  const { claimed } = await db.write({ claimed: claimCode(claim), counted: countWrongCode(claim) });
  return nothingDone(
    claimed === 0
      ? 'The code is wrong, or has run out.'
      : 'That is not the end of the confirmed ID number. The code is used up: send another.',
  );
}

/** The new number of a user, and what proves that the person has it and is the one. */
export interface Proof {
  readonly mobile: Mobile;
  readonly code: string;
  readonly idEnd: string;
}

/**
 * Changes a lost mobile for a person who has the new one and knows the end of their confirmed ID number. An operator
 * who has lately looked at that number proves nothing by it: then it takes a second one (`mobiles.request`).
 */
export async function changingMobile(
  home: Platform,
  of: UserId,
  { mobile, code, idEnd }: Proof,
  actor: Actor,
): Promise<Act> {
  const old = await oldMobileOf(home, of, mobile);
  const claim = claimOf(home, mobile, code, actor);
  const { now } = claim;
  const looking = {
    user: of,
    looker: actor.kind === 'shell' ? actor.user : actor.name,
    seenSince: now - SEEN_MS,
  };
  const [found] = await home.db.read(findProof(looking));
  const other = 'Ask by "mobiles request", and another operator approves.';
  if (found?.seen) nothingDone(`You have looked at that ID number within 90 days. ${other}`);
  const idNo = found?.sealed ? openOf(home.keys, of, found.sealedKey, ID_NO, found.sealed) : undefined;
  if (idNo === undefined) nothingDone(`User ${of} has no confirmed ID number that can be read. ${other}`);
  if (!(await mayTry(home.db, now, [{ key: triesKey(of), limit: TRIES }])))
    nothingDone('Too many wrong ends of that ID number: wait a quarter of an hour.');
  if (!idNo?.endsWith(idEnd.toUpperCase())) return useUp(home, claim);
  const values = { ...claim, ...looking, old };
  return {
    on: of,
    batch: {
      claimed: claimCode(claim),
      counted: countWrongCode(claim),
      changed: setMobile(values),
      ...consequences(home, values),
      forgetTries: forgetTries({ ...values, triesKey: triesKey(of) }),
    },
    marks: ['changed'],
    before: { mobile: maskedMobile(old) },
    after: { mobile: maskedMobile(mobile), proof: 'the end of the ID number' },
    follow: () => tellBoth(home, [old, mobile]),
    async whyNot() {
      await oldMobileOf(home, of, mobile);
      return 'The code is wrong, or has run out.';
    },
  };
}
