import { and, asc, eq, sql } from 'drizzle-orm';
import { IDENTITY, identityChecks, users } from '../../../db/schema/users.ts';
import type { UserId } from '../../core/ids.ts';
import { LIST_SIZE } from '../../core/operator-page.ts';
import type { Db } from '../../platform/database/db.ts';
import { p, prepareChange, prepareRead, prepareSelect } from '../../platform/database/query.ts';
import { digestsOf, type Keys } from '../../platform/keys/keys.ts';
import { openOf } from '../../platform/keys/persons.ts';
import type { Platform } from '../../realtime/context.ts';
import { noticeValues, prepareNotice } from '../../realtime/notices.ts';
import { sealedKeyOf } from '../person-keys/own-key.ts';
import { ID_NO, REAL_NAME } from '../profiles/view.ts';
import { ID_DIGEST } from './submit.ts';

/** What orders requests that wait: the oldest first. */
export type IdentityKey = { readonly at: number; readonly user: number };
const BEFORE_ALL: IdentityKey = { at: -1, user: 0 };

const waiting = prepareSelect<IdentityKey>()(
  {
    userId: identityChecks.userId,
    sealedName: identityChecks.sealedName,
    sealedIdNo: identityChecks.sealedIdNo,
    sealedKey: sealedKeyOf(sql`${identityChecks.userId}`),
    submittedAt: identityChecks.submittedAt,
  },
  (select) =>
    select
      .from(identityChecks)
      .where(
        and(
          eq(identityChecks.state, IDENTITY.waits),
          sql`(${identityChecks.submittedAt}, ${identityChecks.userId}) > (${p('at')}, ${p('user')})`,
        ),
      )
      .orderBy(asc(identityChecks.submittedAt), asc(identityChecks.userId))
      .limit(LIST_SIZE),
);
const count = prepareRead<void, { total: number }>(
  sql`SELECT count(*) FROM ${identityChecks} WHERE state = ${IDENTITY.waits}`,
  ['total'],
);
const decide = prepareChange<{ state: number; now: number; user: UserId }>(
  sql`UPDATE ${identityChecks} SET state = ${p('state')}, decided_at = ${p('now')} WHERE user_id = ${p('user')} AND state = ${IDENTITY.waits}`,
);
const showDecision = prepareChange<{ user: UserId; now: number }>(
  sql`UPDATE ${users} SET is_auth = (SELECT state = ${IDENTITY.confirmed} FROM ${identityChecks} WHERE user_id = ${p('user')}), updated_at = ${p('now')}
    WHERE id = ${p('user')} AND EXISTS (SELECT 1 FROM ${identityChecks} WHERE user_id = ${p('user')})`,
);

/** A request that waits. What was sealed under another DATA_KEY cannot be opened: then both texts are undefined. */
export interface WaitingIdentity {
  readonly userId: UserId;
  readonly name: string | undefined;
  readonly idNo: string | undefined;
  readonly submittedAt: number;
}

/**
 * The requests that wait for an operator, oldest first, opened for their eyes.
 * @param after the last of the page before
 */
export async function waitingIdentities(
  db: Db,
  keys: Pick<Keys, 'data'>,
  after: IdentityKey = BEFORE_ALL,
): Promise<WaitingIdentity[]> {
  const rows = await db.read(waiting(after));
  return rows.map(({ userId, sealedName, sealedIdNo, sealedKey, submittedAt }) => ({
    userId,
    name: openOf(keys, userId, sealedKey, REAL_NAME, sealedName),
    idNo: openOf(keys, userId, sealedKey, ID_NO, sealedIdNo),
    submittedAt,
  }));
}

/** How many requests wait. */
export const countIdentities = async (db: Db): Promise<number> => (await db.read(count()))[0]?.total ?? 0;

/** Two people's digests of one number differ while PAY_PEPPER is exchanged: `digests` are all that it may have. */
const undo = prepareChange<{ user: UserId; state: number; digests: string }>(
  sql`UPDATE ${identityChecks} SET state = ${IDENTITY.waits}, decided_at = NULL
    WHERE user_id = ${p('user')} AND state = ${p('state')} AND NOT EXISTS (SELECT 1 FROM ${identityChecks} AS other
      WHERE other.id_no_digest IN (SELECT ${identityChecks.idNoDigest} UNION ALL SELECT value FROM json_each(${p('digests')})) AND other.state <> ${IDENTITY.rejected}
        AND other.user_id <> ${identityChecks.userId})`,
);
/** Before the decision, so that what waits is its mark. */
const tell = prepareNotice<{ user: UserId }>(
  p('user'),
  sql`EXISTS (SELECT 1 FROM ${identityChecks} WHERE user_id = ${p('user')} AND state = ${IDENTITY.waits})`,
);

type Ports = Pick<Platform, 'clock' | 'random'>;

/**
 * The statements that confirm or reject a waiting request, and tell its owner; `decided` changes a row where one waited.
 * @param words what the owner reads of a rejection: why
 */
export function deciding(home: Ports, user: UserId, isConfirmed: boolean, words = '') {
  const now = home.clock.now();
  const state = isConfirmed ? IDENTITY.confirmed : IDENTITY.rejected;
  const said = isConfirmed
    ? noticeValues(home, 'identityConfirmed')
    : noticeValues(home, 'identityRejected', words);
  return {
    told: tell({ ...said, user }),
    decided: decide({ user, state, now }),
    showDecision: showDecision({ user, now }),
  };
}

/**
 * The statements that take a decision back: the request waits again, and its owner counts as nobody confirmed.
 * `undone` changes a row where it was decided so, and nobody else has handed the same number in since.
 */
export async function undoing(home: Pick<Platform, 'db' | 'keys' | 'clock'>, user: UserId, state: number) {
  const idNo = (await openIdentity(home, user))?.idNo;
  const digests = idNo === undefined ? '[]' : digestsOf(home.keys.duplicates, ID_DIGEST, idNo).all;
  return {
    undone: undo({ user, state, digests }),
    showDecision: showDecision({ user, now: home.clock.now() }),
  };
}

/** Confirms or rejects a waiting request, once. @returns false when none waited */
export async function decideIdentity(
  db: Db,
  user: UserId,
  confirmed: boolean,
  now: number,
): Promise<boolean> {
  const { decided } = await db.write({
    decided: decide({ user, state: confirmed ? 1 : 2, now }),
    showDecision: showDecision({ user, now }),
  });
  return decided === 1;
}

const stateOf = prepareRead<{ user: UserId }, { state: number }>(
  sql`SELECT state FROM ${identityChecks} WHERE user_id = ${p('user')}`,
  ['state'],
);

/** 0 waits, 1 confirmed, 2 rejected; undefined where the user has handed nothing in. */
export const identityState = async (db: Db, user: UserId): Promise<number | undefined> =>
  (await db.read(stateOf({ user })))[0]?.state;

const handedIn = prepareSelect<{ user: UserId }>()(
  {
    userId: identityChecks.userId,
    sealedName: identityChecks.sealedName,
    sealedIdNo: identityChecks.sealedIdNo,
    sealedKey: sealedKeyOf(sql`${identityChecks.userId}`),
    state: identityChecks.state,
    submittedAt: identityChecks.submittedAt,
    decidedAt: identityChecks.decidedAt,
  },
  (select) => select.from(identityChecks).where(eq(identityChecks.userId, p('user'))),
);

/** What a user has handed in, opened; undefined where it is nothing. Texts as in `WaitingIdentity`. */
export async function openIdentity({ db, keys }: Pick<Platform, 'db' | 'keys'>, user: UserId) {
  const [found] = await db.read(handedIn({ user }));
  if (!found) return undefined;
  const { sealedName, sealedIdNo, sealedKey, ...rest } = found;
  return {
    ...rest,
    name: openOf(keys, user, sealedKey, REAL_NAME, sealedName),
    idNo: openOf(keys, user, sealedKey, ID_NO, sealedIdNo),
  };
}
