import { smsCodes, smsSends } from '../../../db/schema/sms-codes.ts';
import { prepareSweep, type Sweep } from '../../platform/database/sweep.ts';

const DAY_MS = 24 * 3600 * 1000;

const oldCodes = prepareSweep(smsCodes, smsCodes.expiresAt);
/** Forgets codes one day after their end. */
export const sweepCodes: Sweep = (now, limit) => oldCodes({ before: now - DAY_MS, limit });

const oldSends = prepareSweep(smsSends, smsSends.sentAt);
/** Forgets what was sent, once no limit counts it any more. */
export const sweepSends: Sweep = (now, limit) => oldSends({ before: now - 2 * DAY_MS, limit });
