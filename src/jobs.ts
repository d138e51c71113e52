import { sql } from 'drizzle-orm';
import { idempotencyKeys } from '../db/schema/platform.ts';
import { sessions } from '../db/schema/sessions.ts';
import { smsCodes, smsSends } from '../db/schema/sms-codes.ts';
import { chinaDay } from './core/china-time.ts';
import { lowestIdAt } from './core/id-maker.ts';
import { expireBills } from './features/aa-bills/expire.ts';
import { forgetMessages } from './features/chat/forget.ts';
import { forgetLearnt, forgetNetworkCounts, LEARNT_LIFE_MS } from './features/contacts/learn.ts';
import { sealPlainBooks } from './features/contacts/seal-plain.ts';
import { foldNames } from './features/fold-names/job.ts';
import { remindOfExpiredLevels } from './features/groups/levels/remind-expired.ts';
import { sweepSanctions } from './features/groups/sanctions.ts';
import { hideMaskedMobiles } from './features/masked-names/hide.ts';
import { snapExactPositions } from './features/nearby/snap-exact.ts';
import { forgetPlaces, forgetSpots, PLACE_LIFE_MS, SPOT_LIFE_MS } from './features/nearby/stand.ts';
import { sweepPayProofs } from './features/pay-password/proof.ts';
import { checkPendingOrders } from './features/payment-orders/check-pending.ts';
import { sendPayouts } from './features/payouts/send-due.ts';
import { returnExpiredPackets } from './features/red-packets/return-expired.ts';
import { sendDueReminders } from './features/reminders/send-due.ts';
import { forgetLogins } from './features/sessions/known-logins.ts';
import { returnExpiredTransfers } from './features/transfers/return-expired.ts';
import { sweepUploads } from './features/uploads/sweep.ts';
import { forgetNewcomers, NEWCOMER_LIFE_MS } from './features/vip-numbers/forget.ts';
import { sweepHolds } from './features/wallet-holds/hold.ts';
import { KEY_LIFE_MS } from './http/idempotency.ts';
import { sweepTries } from './http/lockout.ts';
import { WritesPaused } from './platform/database/executor.ts';
import { p, prepareChange } from './platform/database/query.ts';
import type { Platform } from './realtime/context.ts';
import { sweepBodies, sweepOld, sweepPassed } from './realtime/cursors.ts';
import { sweepPresences } from './realtime/presence.ts';
import { sendPushes } from './realtime/push/send.ts';

/** Work that time does. Each may run twice, and at the same moment as a user. */
export interface Job {
  readonly name: string;
  /** How often it runs on Bun; on Workers the cron trigger comes once a minute. */
  readonly everySeconds: number;
  /** True where it works on the store of files: it must run where that store is. */
  readonly usesFiles?: true;
  run(platform: Platform): Promise<number>;
}

const DAY_MS = 24 * 3600 * 1000;
/** Events that nobody fetched go after this (docs/realtime.md). */
const INBOX_LIFE_MS = 30 * DAY_MS;

const before = p('before');
const oldKeys = prepareChange(sql`DELETE FROM ${idempotencyKeys} WHERE created_at <= ${before}`);
const oldSends = prepareChange(sql`DELETE FROM ${smsSends} WHERE sent_at <= ${before}`);
const oldCodes = prepareChange(sql`DELETE FROM ${smsCodes} WHERE expires_at <= ${before}`);
const oldSessions = prepareChange(sql`DELETE FROM ${sessions} WHERE expires_at <= ${before}`);

async function sweep({ db, clock }: Platform): Promise<number> {
  const now = clock.now();
  const swept = await db.write(
    oldKeys({ before: now - KEY_LIFE_MS }),
    oldSends({ before: now - 2 * DAY_MS }),
    oldCodes({ before: now - DAY_MS }),
    oldSessions({ before: now }),
    forgetPlaces({ before: now - PLACE_LIFE_MS }),
    forgetSpots({ before: now - SPOT_LIFE_MS }),
    sweepOld({ before: now - INBOX_LIFE_MS }),
    // A day later, so that none goes before its events.
    sweepBodies({ before: lowestIdAt(now - INBOX_LIFE_MS - DAY_MS) }),
    sweepPassed({ now }),
    sweepTries({ now }),
    forgetLearnt({ before: now - LEARNT_LIFE_MS }),
    forgetNetworkCounts({ now }),
    sweepSanctions({ now }),
    sweepPayProofs({ now }),
    forgetNewcomers({ before: now - NEWCOMER_LIFE_MS }),
    forgetLogins({ day: chinaDay(now) }),
    sweepHolds({ now }),
  );
  return swept.reduce((sum, count) => sum + count, 0);
}

export const jobs: readonly Job[] = [
  { name: 'send-due-reminders', everySeconds: 1, run: sendDueReminders },
  { name: 'return-red-packets', everySeconds: 30, run: returnExpiredPackets },
  { name: 'remind-of-expired-levels', everySeconds: 60, run: remindOfExpiredLevels },
  { name: 'return-transfers', everySeconds: 30, run: returnExpiredTransfers },
  { name: 'expire-aa-bills', everySeconds: 30, run: expireBills },
  { name: 'snap-exact-positions', everySeconds: 5, run: snapExactPositions },
  { name: 'seal-contacts', everySeconds: 10, run: sealPlainBooks },
  { name: 'hide-masked-mobiles', everySeconds: 10, run: hideMaskedMobiles },
  { name: 'fold-names', everySeconds: 5, run: foldNames },
  { name: 'sweep', everySeconds: 600, run: sweep },
  { name: 'forget-messages', everySeconds: 60, run: forgetMessages },
  { name: 'sweep-presences', everySeconds: 60, run: sweepPresences },
  // Last, what asks others over the network: where all run one after another, nobody waits for a provider that hangs.
  { name: 'check-pending-orders', everySeconds: 5, run: checkPendingOrders },
  { name: 'send-payouts', everySeconds: 5, run: sendPayouts },
  { name: 'send-pushes', everySeconds: 2, run: sendPushes },
  { name: 'sweep-uploads', everySeconds: 60, usesFiles: true, run: sweepUploads },
];

/** Runs every job once, one after another; a failing one is logged and does not stop the others. */
export async function runJobs(platform: Platform, chosen: readonly Job[] = jobs): Promise<void> {
  for (const job of chosen) {
    try {
      const done = await job.run(platform);
      if (done > 0) platform.log.info('job', { job: job.name, done });
    } catch (error) {
      // It comes again, and does then what is due.
      if (error instanceof WritesPaused) platform.log.info('writes paused', { job: job.name });
      else
        platform.log.error('job failed', {
          job: job.name,
          error: error instanceof Error ? error.message : String(error),
        });
    }
  }
}
