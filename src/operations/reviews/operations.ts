import * as z from 'zod';
import { REVIEW } from '../../../db/schema/reviews.ts';
import type { ReviewId } from '../../core/ids.ts';
import { ending, reviewOf, takableOf, waitingReviews } from '../../features/reviews/end.ts';
import { openReview } from '../../features/reviews/queue.ts';
import { takingSubjectDown } from '../../features/takedowns/take.ts';
import type { Platform } from '../../realtime/context.ts';
import { followFiles } from '../files/follow.ts';
import { keyOf, pageOf } from '../keys.ts';
import { listing, operation, viewing } from '../operation.ts';
import { numberOf } from '../params.ts';
import { nothingDone } from '../refused.ts';
import { onOneLine, timeText, UNREADABLE } from '../shown.ts';

const facts = z.string();
const shown = {
  review: z.number(),
  scope: facts,
  by: z.number(),
  place: facts,
  cause: facts,
  since: facts,
};
type Shown = Awaited<ReturnType<typeof waitingReviews>>['rows'][number];
const shownOf = ({ id, scope, userId, place, cause, createdAt }: Shown) => ({
  review: id,
  scope,
  by: userId ?? 0,
  place: onOneLine(place),
  cause: onOneLine(cause),
  since: timeText(createdAt),
});

export const list = listing({
  name: 'review.list',
  roles: ['support', 'moderator'],
  about:
    'what was written and should be looked at, the oldest first: number, kind, by whom, where, why, since when',
  params: {},
  counted: 'waiting',
  row: z.object(shown),
  async read({ db }, _, after) {
    const [at = -1, review = 0] = keyOf(after, ['number', 'number']) ?? [];
    const { rows, total } = await waitingReviews(db, { at: Number(at), review: Number(review) });
    return pageOf(rows, total, shownOf, ({ createdAt, id }) => [createdAt, id]);
  },
});

const one = {
  roles: ['moderator'],
  subject: 'review',
  params: { review: numberOf<ReviewId>('review') },
  operands: ['review'],
} as const;

const rowOf = async (home: Platform, review: ReviewId) =>
  (await reviewOf(home.db, review)) ?? nothingDone(`There is no review ${review}.`);

const STATES = ['waits', 'passed', 'taken down'] as const;

export const show = viewing({
  ...one,
  name: 'review.show',
  about: 'the sealed copy of what was written',
  unseals: true,
  answer: z.object({ ...shown, state: facts, text: facts }),
  async read(home, { review }) {
    const row = await rowOf(home, review);
    const text = openReview(home, row.sealed) ?? UNREADABLE;
    return { on: review, answer: { ...shownOf(row), state: STATES[row.state] ?? 'unknown', text } };
  },
});

const waitsNoMore = async () => 'It waits no more: somebody has seen to it.';

export const pass = operation({
  ...one,
  name: 'review.pass',
  about: 'it may stay',
  run: async (home, { review }) => ({
    on: review,
    batch: { changed: ending(home, review, REVIEW.passed) },
    marks: ['changed'],
    before: { review: 'waits' },
    after: { review: 'passed' },
    whyNot: async () => {
      await rowOf(home, review);
      return waitsNoMore();
    },
  }),
});

const ELSEWHERE =
  'It is there no more, or only what it belongs to can be taken down ("takedowns", "files"); "pass" it then.';

export const takeDown = operation({
  ...one,
  name: 'review.take-down',
  about: 'take down what was written: a moment, comment, note, message or name',
  needsReason: true,
  danger: true,
  async run(home, { review }, _, actor) {
    const row = await rowOf(home, review);
    if (row.state !== REVIEW.waits) nothingDone(await waitsNoMore());
    const text = openReview(home, row.sealed) ?? nothingDone('Another DATA_KEY sealed it.');
    const [subject, item] = (await takableOf(home.db, row, text)) ?? nothingDone(ELSEWHERE);
    const going = (await takingSubjectDown(home, subject, item)) ?? nothingDone(ELSEWHERE);
    return {
      on: review,
      batch: { ...going.batch, ended: ending(home, review, REVIEW.takenDown) },
      marks: ['changed'],
      before: { review: 'waits' },
      after: { review: 'taken down', takedown: going.takedown, subject, item },
      follow: () => followFiles(home, actor),
      whyNot: async () => ELSEWHERE,
    };
  },
});
