import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { ERASABLE } from '../../../db/personal-data.generated.ts';
import { deletions } from '../../../db/schema/deletions.ts';
import type { UserId } from '../../core/ids.ts';
import { type Allowance, inSlices } from '../../core/in-slices.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import type { Next, Stage, Standing } from './stage.ts';
import { beginning } from './stages/account.ts';
import { removeMoments } from './stages/moments.ts';
import { giveUpBalance } from './stages/money.ts';
import { endFriendships, leaveGroups } from './stages/relations.ts';
import { rowStages } from './stages/rows.ts';
import {
  forgetAuditDetails,
  forgetCards,
  forgetEvents,
  forgetProfiles,
  forgetSources,
} from './stages/traces.ts';
import { disownUploads } from './stages/uploads.ts';

/** One after another, from 1 on. */
const STAGES: readonly Stage[] = [
  giveUpBalance,
  endFriendships,
  leaveGroups,
  removeMoments,
  forgetProfiles,
  forgetEvents,
  forgetSources,
  forgetCards,
  ...rowStages,
  forgetAuditDetails,
  disownUploads,
  giveUpBalance,
];

/** Changes with the places of the register: an account that another program has begun with begins again. */
const PLAN = createHash('sha256')
  .update(JSON.stringify([STAGES.length, ERASABLE]))
  .digest('hex')
  .slice(0, 16);

/** Round trips of the longest step: ten things, each found and ended. */
const TRIPS = 13;
/** How long an account that a step failed at lets others go first. */
const AFTER_A_FAULT_MS = 60_000;

const findDue = prepareRead<{ readonly now: number }, Standing>(
  sql`SELECT user_id, step, plan, cursor FROM ${deletions}
    WHERE erased_at IS NULL AND next_at <= ${p('now')} ORDER BY next_at LIMIT 1`,
  ['userId', 'step', 'plan', 'cursor'],
);

type Moved = Pick<Standing, 'userId' | 'step' | 'cursor'>;
const stands = sql`user_id = ${p('userId')} AND step = ${p('step')} AND cursor = ${p('cursor')} AND erased_at IS NULL`;
const move = prepareChange<
  Moved & { readonly nextStep: number; readonly nextCursor: number; readonly nextAt: number }
>(
  sql`UPDATE ${deletions} SET step = ${p('nextStep')}, cursor = ${p('nextCursor')}, next_at = ${p('nextAt')} WHERE ${stands}`,
);
const beginAgain = prepareChange<Moved & { readonly nextPlan: string }>(
  sql`UPDATE ${deletions} SET step = 1, cursor = 0, plan = ${p('nextPlan')} WHERE ${stands}`,
);
const finish = prepareChange<Moved & { readonly now: number }>(
  sql`UPDATE ${deletions} SET erased_at = ${p('now')} WHERE ${stands}`,
);
const postpone = prepareChange<{ readonly userId: UserId; readonly nextAt: number }>(
  sql`UPDATE ${deletions} SET next_at = ${p('nextAt')} WHERE user_id = ${p('userId')} AND erased_at IS NULL`,
);

const placeAfter = ({ step: at }: Standing, next: Next, now: number) =>
  next === 'done'
    ? { nextStep: at + 1, nextCursor: 0, nextAt: now }
    : { nextStep: at, nextCursor: next.cursor, nextAt: next.notBefore ?? now };

/** Takes one step of an account's erasure, and notes it. @returns whether that was the last one */
async function step(platform: Platform, standing: Standing): Promise<boolean> {
  const { db, clock } = platform;
  if (standing.step === 0) {
    await db.write(beginning(platform, standing.userId, PLAN));
    return false;
  }
  if (standing.plan !== PLAN) {
    await db.write(beginAgain({ ...standing, nextPlan: PLAN }));
    return false;
  }
  const stage = STAGES[standing.step - 1];
  if (!stage) return (await db.write(finish({ ...standing, now: clock.now() }))) === 1;
  const next = await stage(platform, standing);
  await db.write(move({ ...standing, ...placeAfter(standing, next, clock.now()) }));
  return false;
}

/**
 * Goes on with the accounts whose days are over, in bounded steps. One whose step fails lets the others go first.
 * @returns how many accounts were erased to the end
 */
export async function eraseAccounts(platform: Platform, allowance?: Allowance): Promise<number> {
  const { db, clock } = platform;
  let done = 0;
  const one = async () => {
    const [standing] = await db.read(findDue({ now: clock.now() }));
    if (!standing) return false;
    try {
      done += (await step(platform, standing)) ? 1 : 0;
    } catch (error) {
      await db.write(postpone({ userId: standing.userId, nextAt: clock.now() + AFTER_A_FAULT_MS }));
      throw error;
    }
    return true;
  };
  await inSlices(clock, one, { trips: TRIPS, allowance });
  return done;
}
