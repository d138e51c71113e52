import { sql } from 'drizzle-orm';
import { mobileRequests } from '../../../db/schema/mobile-requests.ts';
import { users } from '../../../db/schema/users.ts';
import type { ChangeId, UserId } from '../../core/ids.ts';
import { LIST_SIZE } from '../../core/operator-page.ts';
import type { Mobile } from '../../core/text/mobile.ts';
import { claimCode, codeClaimed, countWrongCode } from '../../features/sms-codes/claim.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import { prepareSweep, type Sweep } from '../../platform/database/sweep.ts';
import type { Platform } from '../../realtime/context.ts';
import type { Actor } from '../actor.ts';
import { type Eyes, eyesOf } from '../approvals/eyes.ts';
import type { Act } from '../operation.ts';
import { nothingDone } from '../refused.ts';
import { claimOf, prepareConsequences } from './change.ts';
import { maskedMobile } from './params.ts';
import { oldMobileOf } from './send.ts';
import { tellBoth } from './tell.ts';

/** For so long a request waits for a second operator. */
const LIFE_MS = 24 * 3600 * 1000;

type Asked = {
  readonly user: UserId;
  readonly now: number;
  readonly mobile: Mobile;
  readonly old: Mobile;
  readonly eyes: string;
  readonly eyesName: string;
  readonly why: string;
  readonly expiresAt: number;
  readonly mark_claim: ChangeId;
};
const ask = prepareChange<Asked>(
  sql`INSERT INTO ${mobileRequests} (user_id, old_mobile, new_mobile, eyes, eyes_name, reason, asked_at, expires_at)
    SELECT ${p('user')}, ${p('old')}, ${p('mobile')}, ${p('eyes')}, ${p('eyesName')}, ${p('why')}, ${p('now')}, ${p('expiresAt')}
    WHERE ${codeClaimed} AND NOT EXISTS (SELECT 1 FROM ${users} WHERE mobile = ${p('mobile')})
    ON CONFLICT (user_id) DO UPDATE SET old_mobile = excluded.old_mobile, new_mobile = excluded.new_mobile,
      eyes = excluded.eyes, eyes_name = excluded.eyes_name, reason = excluded.reason, asked_at = excluded.asked_at,
      expires_at = excluded.expires_at WHERE ${mobileRequests.expiresAt} <= ${p('now')}`,
);

/** Asks for a change that a second operator decides about. The code is used up: it has proved the new number. */
export async function askingChange(
  home: Platform,
  user: UserId,
  { mobile, code }: { readonly mobile: Mobile; readonly code: string },
  why: string,
  actor: Actor,
): Promise<Act> {
  const old = await oldMobileOf(home, user, mobile);
  const claim = claimOf(home, mobile, code, actor);
  const { key: eyes, name: eyesName } = await eyesOf(home, actor);
  const values: Asked = { ...claim, user, old, eyes, eyesName, why, expiresAt: claim.now + LIFE_MS };
  return {
    on: user,
    batch: { claimed: claimCode(claim), counted: countWrongCode(claim), asked: ask(values) },
    marks: ['asked'],
    before: { mobile: maskedMobile(old) },
    after: { asksFor: maskedMobile(mobile), waits: 'for another operator, 24 hours' },
    async whyNot() {
      await oldMobileOf(home, user, mobile);
      const [waiting] = await home.db.read(findOne({ user }));
      const waits = waiting && waiting.expiresAt > claim.now;
      return waits ? `A change for user ${user} waits already.` : 'The code is wrong, or has run out.';
    },
  };
}

/** A request as it waits. */
export type Waiting = {
  readonly user: UserId;
  readonly oldMobile: Mobile;
  readonly newMobile: Mobile;
  readonly eyes: string;
  readonly eyesName: string;
  readonly reason: string;
  readonly askedAt: number;
  readonly expiresAt: number;
};
const COLUMNS = [
  'user',
  'oldMobile',
  'newMobile',
  'eyes',
  'eyesName',
  'reason',
  'askedAt',
  'expiresAt',
] as const;
const select = sql`SELECT user_id, old_mobile, new_mobile, eyes, eyes_name, reason, asked_at, expires_at FROM ${mobileRequests}`;
const findOne = prepareRead<{ user: UserId }, Waiting>(sql`${select} WHERE user_id = ${p('user')}`, COLUMNS);
const findPage = prepareRead<{ now: number; at: number; user: number }, Waiting>(
  sql`${select} WHERE expires_at > ${p('now')} AND (expires_at, user_id) > (${p('at')}, ${p('user')})
    ORDER BY expires_at, user_id LIMIT ${sql.raw(String(LIST_SIZE))}`,
  COLUMNS,
);
const count = prepareRead<{ now: number }, { total: number }>(
  sql`SELECT count(*) FROM ${mobileRequests} WHERE expires_at > ${p('now')}`,
  ['total'],
);

/** A page of what waits, oldest first, and how much waits in all. */
export async function waitingRequests({ db, clock }: Platform, after: { at: number; user: number }) {
  const now = clock.now();
  const { rows, total } = await db.read({ rows: findPage({ now, ...after }), total: count({ now }) });
  return { rows, total: total[0]?.total ?? 0 };
}

type Decision = {
  readonly user: UserId;
  readonly now: number;
  readonly eyes: string;
  readonly eyesName: string;
  readonly mark_change: ChangeId;
};
const waits = sql`user_id = ${p('user')} AND expires_at > ${p('now')}`;
const isOwn = sql`(eyes = ${p('eyes')} OR eyes_name = ${p('eyesName')})`;
const request = sql`FROM ${mobileRequests} WHERE user_id = ${p('user')} AND change_id = ${p('mark_change')}`;
const isApproved = sql`EXISTS (SELECT 1 ${request})`;
/** The mark of an approval: somebody else's request, of a number that is free, for a user who has the old one still. */
const approve = prepareChange<Decision>(
  sql`UPDATE ${mobileRequests} SET change_id = ${p('mark_change')} WHERE ${waits} AND NOT ${isOwn}
    AND EXISTS (SELECT 1 FROM ${users} WHERE id = ${p('user')} AND mobile = old_mobile)
    AND NOT EXISTS (SELECT 1 FROM ${users} WHERE mobile = new_mobile)`,
);
const setMobile = prepareChange<Pick<Decision, 'user' | 'now' | 'mark_change'>>(
  sql`UPDATE ${users} SET mobile = (SELECT new_mobile ${request}), updated_at = ${p('now')}
    WHERE id = ${p('user')} AND ${isApproved}`,
);
const consequences = prepareConsequences<{ readonly mark_change: ChangeId }>(isApproved);
const forget = prepareChange<Pick<Decision, 'user' | 'mark_change'>>(
  sql`DELETE FROM ${mobileRequests} WHERE user_id = ${p('user')} AND change_id = ${p('mark_change')}`,
);
const reject = prepareChange<Pick<Decision, 'user' | 'now'>>(
  sql`DELETE FROM ${mobileRequests} WHERE ${waits}`,
);

async function found(home: Platform, user: UserId): Promise<Waiting> {
  const [waiting] = await home.db.read(findOne({ user }));
  if (!waiting || waiting.expiresAt <= home.clock.now())
    return nothingDone(`No change for user ${user} waits.`);
  return waiting;
}
const isAskers = ({ key, name }: Eyes, { eyes, eyesName }: Waiting) => key === eyes || name === eyesName;

/** Makes the change that another operator has asked for. */
export async function approvingChange(home: Platform, user: UserId, actor: Actor): Promise<Act> {
  const eyes = await eyesOf(home, actor);
  const waiting = await found(home, user);
  if (isAskers(eyes, waiting)) nothingDone('You have asked for it yourself: somebody else approves it.');
  const { oldMobile, newMobile, eyesName } = waiting;
  const values: Decision = {
    user,
    now: home.clock.now(),
    eyes: eyes.key,
    eyesName: eyes.name,
    mark_change: home.ids.mark(),
  };
  return {
    on: user,
    batch: {
      approved: approve(values),
      changed: setMobile(values),
      ...consequences(home, values),
      forget: forget(values),
    },
    marks: ['approved'],
    before: { mobile: maskedMobile(oldMobile) },
    after: { mobile: maskedMobile(newMobile), proof: 'two operators', askedBy: eyesName },
    follow: () => tellBoth(home, [oldMobile, newMobile]),
    async whyNot() {
      const { newMobile: mobile } = await found(home, user);
      await oldMobileOf(home, user, mobile);
      return 'Nothing was done: the user has another number since. Reject it, and ask again.';
    },
  };
}

/** Ends a request that waits, without the change. */
export async function rejectingChange(home: Platform, user: UserId): Promise<Act> {
  const { newMobile, eyesName } = await found(home, user);
  return {
    on: user,
    batch: { rejected: reject({ user, now: home.clock.now() }) },
    marks: ['rejected'],
    before: { asksFor: maskedMobile(newMobile), askedBy: eyesName },
    after: { change: 'rejected' },
    whyNot: async () => `No change for user ${user} waits.`,
  };
}

const sweep = prepareSweep(mobileRequests, mobileRequests.expiresAt);
/** Forgets requests that nobody has decided about. */
export const sweepMobileRequests: Sweep = (now, limit) => sweep({ before: now, limit });
