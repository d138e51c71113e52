import { type Allowance, SERVER_RUN } from './core/in-slices.ts';
import { messageOf } from './core/message-of.ts';
import { expireBills } from './features/aa-bills/expire.ts';
import { eraseAccounts } from './features/account-deletion/erase.ts';
import { forgetMessages } from './features/chat/forget.ts';
import { sealPlainBooks } from './features/contacts/seal-plain.ts';
import { numberMessages } from './features/conversations/number-messages.ts';
import { mirrorErasures } from './features/erasures/mirror.ts';
import { foldNames } from './features/fold-names/job.ts';
import { remindOfExpiredLevels } from './features/groups/levels/remind-expired.ts';
import { hideMaskedMobiles } from './features/masked-names/hide.ts';
import { indexMessages } from './features/message-search/index-messages.ts';
import { snapExactPositions } from './features/nearby/snap-exact.ts';
import { checkPendingOrders } from './features/payment-orders/check-pending.ts';
import { sendPayouts } from './features/payouts/send-due.ts';
import { returnExpiredPackets } from './features/red-packets/return-expired.ts';
import { sendRefunds } from './features/refunds/send-due.ts';
import { sendDueReminders } from './features/reminders/send-due.ts';
import { sweepSessions } from './features/sessions/sweep-ended.ts';
import { takePeopleDown } from './features/takedowns/person.ts';
import { returnExpiredTransfers } from './features/transfers/return-expired.ts';
import { sweepUploads } from './features/uploads/sweep.ts';
import { layWordsReady } from './features/words/compile.ts';
import { sealAudit } from './operations/audit/seal.ts';
import { countNew } from './operations/figures/count.ts';
import { noteOwn } from './operations/figures/note.ts';
import { checkBooks } from './operations/ledger/nightly.ts';
import { tidyQueues } from './operations/queues/tidy.ts';
import { resealSome } from './operations/secrets/reseal.ts';
import { type Db, dbOver, type Run } from './platform/database/db.ts';
import { WritesPaused } from './platform/database/executor.ts';
import type { Platform } from './realtime/context.ts';
import { sweepPresences } from './realtime/presence.ts';
import { sendPushes } from './realtime/push/send.ts';
import { wakeReaders } from './realtime/wake-readers.ts';
import { sweep } from './sweep.ts';

/** Work that time does. Each may run twice, and at the same moment as a user. */
export interface Job {
  readonly name: string;
  /** How often it runs on Bun; on Workers the cron trigger comes once a minute. */
  readonly everySeconds: number;
  /** True where it works on the store of files: it must run where that store is. */
  readonly usesFiles?: true;
  /** Works at most so long; what is left is for the next run. @returns how much was done, with other numbers worth telling */
  run(platform: Platform, allowance?: Allowance): Promise<number | Outcome>;
}

/** What a run of a job came to, in numbers: how much was done, and what else there is to tell. */
export interface Outcome {
  readonly done: number;
  readonly [fact: string]: number;
}

/** Keeps the figures of the day, and how jobs fare. There is nothing to tell of it. */
async function noteFigures(platform: Platform, allowance?: Allowance): Promise<number> {
  await countNew(platform, allowance);
  await noteOwn(platform);
  return 0;
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
  { name: 'number-messages', everySeconds: 5, run: numberMessages },
  { name: 'index-messages', everySeconds: 5, run: indexMessages },
  { name: 'sweep', everySeconds: 60, run: sweep },
  { name: 'sweep-sessions', everySeconds: 60, run: sweepSessions },
  { name: 'forget-messages', everySeconds: 60, run: forgetMessages },
  { name: 'lay-words-ready', everySeconds: 60, run: layWordsReady },
  { name: 'tell-of-erasures', everySeconds: 1, usesFiles: true, run: (home) => mirrorErasures(home) },
  { name: 'take-people-down', everySeconds: 5, run: takePeopleDown },
  { name: 'erase-accounts', everySeconds: 10, run: eraseAccounts },
  { name: 'sweep-presences', everySeconds: 60, run: sweepPresences },
  { name: 'wake-readers', everySeconds: 60, run: wakeReaders },
  { name: 'tidy-queues', everySeconds: 60, run: tidyQueues },
  { name: 'seal-audit', everySeconds: 30, run: sealAudit },
  { name: 'reseal', everySeconds: 30, run: resealSome },
  { name: 'check-books', everySeconds: 5, run: checkBooks },
  { name: 'note-figures', everySeconds: 60, run: noteFigures },
  // Last, what asks others over the network: where all run one after another, nobody waits for a provider that hangs.
  { name: 'check-pending-orders', everySeconds: 5, run: checkPendingOrders },
  { name: 'send-payouts', everySeconds: 5, run: sendPayouts },
  { name: 'send-refunds', everySeconds: 5, run: sendRefunds },
  { name: 'send-pushes', everySeconds: 2, run: sendPushes },
  { name: 'sweep-uploads', everySeconds: 60, usesFiles: true, run: sweepUploads },
];

/** The database, and how many calls of it are left. */
function counted(db: Db, calls: number): { readonly db: Db; left(): number } {
  let left = calls;
  const counting =
    (run: Db['read']): Run =>
    async (queries) => {
      left -= 1;
      return (await run({ all: queries })).all;
    };
  return { left: () => left, db: dbOver(counting(db.read), counting(db.write)) };
}

/** What there is to tell of a run: nothing where it had nothing to do. */
const worthTelling = (result: number | Outcome): Outcome | undefined => {
  const outcome = typeof result === 'number' ? { done: result } : result;
  return Object.values(outcome).some((count) => count > 0) ? outcome : undefined;
};

/**
 * Runs every job once, one after another; a failing one is logged and does not stop the others.
 * @param allowance `ms` is for each; `trips` is for all together: each may use its share of what those before have
 *   left
 * @returns what there is to tell, by the job's name
 */
export async function runJobs(
  platform: Platform,
  chosen: readonly Job[] = jobs,
  allowance: Allowance = SERVER_RUN,
): Promise<ReadonlyMap<string, Outcome>> {
  const { db, left } = counted(platform.db, allowance.trips);
  const outcomes = new Map<string, Outcome>();
  for (const [i, job] of chosen.entries()) {
    const began = platform.metrics.now();
    const ended = (isFailed: boolean) => {
      const { clock, metrics } = platform;
      metrics.jobs.ran(job.name, clock.now(), metrics.now() - began, isFailed);
    };
    try {
      const trips = Math.floor(left() / (chosen.length - i));
      const outcome = worthTelling(await job.run({ ...platform, db }, { ...allowance, trips }));
      ended(false);
      if (!outcome) continue;
      outcomes.set(job.name, outcome);
      platform.log.info('job', { job: job.name, ...outcome });
    } catch (error) {
      // It comes again, and does then what is due.
      ended(!(error instanceof WritesPaused));
      if (error instanceof WritesPaused) platform.log.info('writes paused', { job: job.name });
      else
        platform.log.error('job failed', {
          job: job.name,
          error: messageOf(error),
        });
    }
  }
  return outcomes;
}
