import { type Allowance, inSlices } from './core/in-slices.ts';
import { forgetNumbers, releaseNumbers } from './features/account-deletion/numbers.ts';
import {
  forgetAnnouncements,
  forgetOfficialNotices,
  forgetTargets,
} from './features/announcements/forget.ts';
import { forgetLearnt, forgetNetworkCounts } from './features/contacts/learn.ts';
import { sweepSanctions } from './features/groups/sanctions.ts';
import { forgetPlaces, forgetSpots } from './features/nearby/stand.ts';
import { sweepPayProofs } from './features/pay-password/proof.ts';
import { sweepReported } from './features/reports/evidence.ts';
import { sweepReviews } from './features/reviews/queue.ts';
import { forgetLogins } from './features/sessions/known-logins.ts';
import { sweepCodes, sweepSends } from './features/sms-codes/sweep.ts';
import { endSteps, openBanned } from './features/steps/end-bans.ts';
import { sweepDownFiles, sweepEvidence } from './features/takedowns/forget.ts';
import { forgetNewcomers } from './features/vip-numbers/forget.ts';
import { sweepFreezes } from './features/wallet-holds/freeze.ts';
import { sweepHolds } from './features/wallet-holds/hold.ts';
import { sweepWordHits } from './features/words/hits.ts';
import { sweepKeys } from './http/idempotency.ts';
import { sweepTries } from './http/lockout.ts';
import { forgetLoginEvents } from './http/login-events.ts';
import { sweepChecks } from './ledger/check/rows.ts';
import { sweepRequests } from './operations/approvals/end.ts';
import { sweepSums } from './operations/approvals/sums.ts';
import { sweepMobileRequests } from './operations/mobiles/requests.ts';
import { sweepInvitations } from './operations/operators/first-login.ts';
import { sweepOperatorSessions } from './operations/operators/session-life.ts';
import { forgetOperatorAddresses } from './operations/operators/sessions.ts';
import { sweepReplies } from './operations/replies.ts';
import type { Sweep } from './platform/database/sweep.ts';
import { dropAged } from './realtime/aged.ts';
import type { Platform } from './realtime/context.ts';
import { INBOX_LIFE_MS, sweepBodies, sweepDepartures } from './realtime/cursors.ts';

/** What goes by its age alone. */
export const sweeps: readonly Sweep[] = [
  sweepBodies,
  sweepDepartures,
  forgetAnnouncements,
  forgetTargets,
  forgetOfficialNotices,
  sweepKeys,
  sweepReplies,
  sweepTries,
  sweepSends,
  sweepCodes,
  sweepSanctions,
  sweepPayProofs,
  sweepHolds,
  sweepFreezes,
  openBanned,
  endSteps,
  sweepEvidence,
  sweepDownFiles,
  sweepReported,
  sweepWordHits,
  sweepReviews,
  forgetPlaces,
  forgetSpots,
  forgetLearnt,
  forgetNetworkCounts,
  forgetNewcomers,
  releaseNumbers,
  forgetNumbers,
  forgetLogins,
  forgetLoginEvents,
  sweepOperatorSessions,
  sweepInvitations,
  forgetOperatorAddresses,
  sweepMobileRequests,
  sweepRequests,
  sweepChecks,
  sweepSums,
];

/** Rows that one step forgets: some milliseconds of the database. */
const TOGETHER = 400;

/**
 * Forgets what is too old. One batch looks at everything; where more is left than it may take, the next are about that
 * alone. @returns how many rows went
 */
export async function sweep({ db, clock, config }: Platform, allowance?: Allowance): Promise<number> {
  let left = sweeps;
  let gone = await dropAged({ db, clock }, clock.now() - INBOX_LIFE_MS, allowance);
  const step = async () => {
    const limit = Math.floor(TOGETHER / left.length);
    const { swept } = await db.write({ swept: left.map((forget) => forget(clock.now(), limit, config)) });
    gone += swept.reduce((sum, count) => sum + count, 0);
    // One that holds back what is not old enough yet may take fewer than it looked at, and has time.
    left = left.filter((_, i) => swept[i] === limit);
    return left.length > 0;
  };
  await inSlices(clock, step, { allowance });
  return gone;
}
