import { announcements, announcementTargets, officialNotices } from '../../../db/schema/announcements.ts';
import { lowestIdAt } from '../../core/id-maker.ts';
import { prepareSweep, type Sweep } from '../../platform/database/sweep.ts';

/** How long the history shows what the official account has said. */
const LIFE_MS = 90 * 24 * 3600 * 1000;
/** Ids are in the order of time. */
const before = (now: number) => lowestIdAt(now - LIFE_MS) - 1;

const dropAnnouncements = prepareSweep(announcements, announcements.id);
const dropTargets = prepareSweep(announcementTargets, announcementTargets.announcementId);
const dropNotices = prepareSweep(officialNotices, officialNotices.id);

/** Forget what the official account said long ago, and to whom. */
export const forgetAnnouncements: Sweep = (now, limit) => dropAnnouncements({ before: before(now), limit });
export const forgetTargets: Sweep = (now, limit) => dropTargets({ before: before(now), limit });
export const forgetOfficialNotices: Sweep = (now, limit) => dropNotices({ before: before(now), limit });
