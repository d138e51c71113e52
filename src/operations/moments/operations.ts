import { sql } from 'drizzle-orm';
import * as z from 'zod';
import { momentComments, momentPraises, moments } from '../../../db/schema/moments.ts';
import type { CommentId, MomentId, UserId } from '../../core/ids.ts';
import { LIST_SIZE, MOST_COUNTED } from '../../core/operator-page.ts';
import { p, prepareRead } from '../../platform/database/query.ts';
import { keyOf, pageOf } from '../keys.ts';
import { listing, viewing } from '../operation.ts';
import { numberOf } from '../params.ts';
import { nothingDone } from '../refused.ts';
import { onOneLine, timeText } from '../shown.ts';
import { userNumber } from '../users/number.ts';

const roles = ['moderator'] as const;

/** For whom a moment is, by `privacy`. */
const PRIVACIES = ['friends', 'nobody', 'only', 'but'] as const;
const privacyOf = (privacy: number) => PRIVACIES[privacy] ?? 'nobody';

const most = (rows: number) => sql`LIMIT ${sql.raw(String(rows))}`;
type Listed = {
  readonly id: MomentId;
  readonly privacy: number;
  readonly pictures: string;
  readonly createdAt: number;
};
const newest = prepareRead<{ user: UserId; before: number }, Listed>(
  sql`SELECT m.id, m.privacy, m.images, m.created_at FROM ${moments} AS m
    WHERE m.author_id = ${p('user')} AND m.id < ${p('before')} ORDER BY m.id DESC ${most(LIST_SIZE)}`,
  ['id', 'privacy', 'pictures', 'createdAt'],
);
const count = prepareRead<{ user: UserId }, { total: number }>(
  sql`SELECT count(*) FROM (SELECT 1 FROM ${moments} AS m WHERE m.author_id = ${p('user')} ${most(MOST_COUNTED)})`,
  ['total'],
);

type Moment = Listed & {
  readonly author: UserId;
  readonly text: string;
  readonly video: string;
  readonly place: string;
};
const one = prepareRead<{ moment: MomentId }, Moment>(
  sql`SELECT m.id, m.privacy, m.images, m.created_at, m.author_id, m.text, m.video, m.address
    FROM ${moments} AS m WHERE m.id = ${p('moment')}`,
  ['id', 'privacy', 'pictures', 'createdAt', 'author', 'text', 'video', 'place'],
);
const comments = prepareRead<
  { moment: MomentId },
  { id: CommentId; user: UserId; text: string; createdAt: number }
>(
  sql`SELECT id, user_id, text, created_at FROM ${momentComments} WHERE moment_id = ${p('moment')}
    ORDER BY id ${most(LIST_SIZE)}`,
  ['id', 'user', 'text', 'createdAt'],
);
const praises = prepareRead<{ moment: MomentId }, { total: number }>(
  sql`SELECT count(*) FROM (SELECT 1 FROM ${momentPraises} WHERE moment_id = ${p('moment')} ${most(MOST_COUNTED)})`,
  ['total'],
);
const urlsIn = (text: string) => text.split(',').filter(Boolean);

export const list = listing({
  name: 'moments.list',
  roles,
  about: 'moments of a user, newest first, without what they say: number, for whom, how many pictures, when',
  params: { user: userNumber },
  operands: ['user'],
  counted: 'moments',
  row: z.object({ moment: z.number(), privacy: z.enum(PRIVACIES), count: z.number(), sent: z.string() }),
  async read({ db }, { user }, after) {
    const [before = Number.MAX_SAFE_INTEGER] = keyOf(after, ['number']) ?? [];
    const found = await db.read({ rows: newest({ user, before: Number(before) }), total: count({ user }) });
    return pageOf(
      found.rows,
      found.total[0]?.total,
      ({ id, privacy, pictures, createdAt }) => ({
        moment: id,
        privacy: privacyOf(privacy),
        count: urlsIn(pictures).length,
        sent: timeText(createdAt),
      }),
      ({ id }) => [id],
    );
  },
});

export const show = viewing({
  name: 'moments.show',
  roles,
  subject: 'moment',
  about: 'one moment: whose it is, for whom, what it says and shows, and its first hundred comments',
  params: { moment: numberOf<MomentId>('moment') },
  operands: ['moment'],
  unseals: true,
  answer: z.object({
    moment: z.number(),
    author: z.number(),
    privacy: z.enum(PRIVACIES),
    sent: z.string(),
    text: z.string(),
    pictures: z.array(z.string()),
    video: z.string(),
    place: z.string(),
    praises: z.number(),
    comments: z.array(z.object({ id: z.number(), user: z.number(), text: z.string(), at: z.string() })),
  }),
  async read({ db }, { moment }) {
    const read = await db.read({
      moment: one({ moment }),
      comments: comments({ moment }),
      praises: praises({ moment }),
    });
    const [found] = read.moment;
    if (!found) return nothingDone(`There is no moment ${moment}.`);
    const answer = {
      moment,
      author: found.author,
      privacy: privacyOf(found.privacy),
      sent: timeText(found.createdAt),
      text: onOneLine(found.text),
      pictures: urlsIn(onOneLine(found.pictures)),
      video: onOneLine(found.video),
      place: onOneLine(found.place),
      praises: read.praises[0]?.total ?? 0,
      comments: read.comments.map(({ id, user, text, createdAt }) => ({
        id,
        user,
        text: onOneLine(text),
        at: timeText(createdAt),
      })),
    };
    return { on: moment, answer, opened: { author: found.author } };
  },
});
