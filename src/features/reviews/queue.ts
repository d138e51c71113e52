import { sql } from 'drizzle-orm';
import { reviews } from '../../../db/schema/reviews.ts';
import type { ReviewId, UserId } from '../../core/ids.ts';
import { seal, unsealIfOurs } from '../../core/sealing.ts';
import type { TextScope } from '../../core/words/scopes.ts';
import type { ScreeningPorts, Written } from '../../http/screening.ts';
import { p, prepareChange, type Query } from '../../platform/database/query.ts';
import { prepareSweep, type Sweep } from '../../platform/database/sweep.ts';
import type { Keys } from '../../platform/keys/keys.ts';

/** How long the copy of what was looked at is kept, as that of what was taken down. */
const REVIEW_KEPT_MS = 180 * 24 * 3600 * 1000;
export const REVIEWED = 'reviews.sealed';
/** Characters that are kept of the cause. */
const MOST_CAUSE = 500;

type Queued = {
  readonly review: ReviewId;
  readonly scope: TextScope | 'file';
  readonly user: UserId | null;
  readonly place: string;
  readonly sealed: string;
  readonly cause: string;
  readonly now: number;
};
const queue = prepareChange<Queued>(
  sql`INSERT INTO ${reviews} (id, scope, user_id, place, sealed, cause, created_at)
    VALUES (${p('review')}, ${p('scope')}, ${p('user')}, ${p('place')}, ${p('sealed')}, ${p('cause')}, ${p('now')})`,
);

/** Has an operator look at what somebody has written. @param cause the words in it, or what a reviewer said */
export const queuing = (
  { clock, ids, keys, random }: Pick<ScreeningPorts, 'clock' | 'ids' | 'keys' | 'random'>,
  { scope, text }: { readonly scope: TextScope | 'file'; readonly text: string },
  { user, place }: Written,
  cause: string,
): Query<number> =>
  queue({
    review: ids.next<ReviewId>(),
    scope,
    user: user as UserId | null, // a caller's, or of the reply to a registration
    place: JSON.stringify(place),
    sealed: seal(keys.data[0], REVIEWED, text, random),
    cause: cause.slice(0, MOST_CAUSE).toWellFormed(),
    now: clock.now(),
  });

/** What was written; undefined where its time has passed, or another DATA_KEY sealed it. */
export const openReview = ({ keys }: { readonly keys: Keys }, sealed: string): string | undefined =>
  unsealIfOurs(keys.data, REVIEWED, sealed);

const sweep = prepareSweep(reviews, reviews.createdAt);
/** Forgets what operators had to look at long ago, whatever came of it. */
export const sweepReviews: Sweep = (now, limit) => sweep({ before: now - REVIEW_KEPT_MS, limit });
