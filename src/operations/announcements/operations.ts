import * as z from 'zod';
import { AUDIENCE } from '../../../db/schema/announcements.ts';
import type { AnnouncementId } from '../../core/ids.ts';
import { type Announcement, findAnnouncement, listAnnouncements } from '../../features/announcements/list.ts';
import { KINDS, reachOf } from '../../features/announcements/reach.ts';
import { announcing, MOST_PER_DAY } from '../../features/announcements/send.ts';
import { stopping } from '../../features/announcements/stop.ts';
import { keyOf, pageOf } from '../keys.ts';
import { listing, operation, viewing } from '../operation.ts';
import { flag, lines, numberOf } from '../params.ts';
import { onOneLine, timeText } from '../shown.ts';
import { aimOf, aimParams } from './aim.ts';

/** Characters of what the official account says. */
const MOST_CHARACTERS = 2000;
const content = lines('text', MOST_CHARACTERS);
const announcement = numberOf<AnnouncementId>('announcement');

const toOf = ({ audience, device }: Announcement): string => {
  if (audience === AUDIENCE.list) return 'list';
  return KINDS.find((kind) => kind.device === device)?.name ?? 'all';
};
const standing = ({ stoppedAt }: Announcement) =>
  stoppedAt === null ? '' : `stopped ${timeText(stoppedAt)}`;

export const preview = viewing({
  name: 'announcements.preview',
  roles: ['moderator'],
  subject: 'announcement',
  about: 'what an announcement would say, and how many people it would be for now',
  params: { ...aimParams, text: content },
  operands: ['to', 'text'],
  answer: z.object({ to: z.string(), text: z.string(), people: z.number() }),
  async read(home, { text, ...aim }) {
    const to = aimOf(aim);
    return { on: aim.to, answer: { to: aim.to, text, people: await reachOf(home, to) } };
  },
});

export const send = operation({
  name: 'announcements.send',
  roles: ['moderator'],
  subject: 'announcement',
  about: 'says something to all, to those on a kind of device, or to a list, from the official account',
  params: { ...aimParams, text: content, push: flag('phones of those who are away show it, too') },
  operands: ['to', 'text'],
  needsReason: true,
  danger: true,
  async run(home, { text, push, ...aim }) {
    const to = aimOf(aim);
    const id = home.ids.next<AnnouncementId>();
    return {
      on: id,
      batch: announcing(home, id, { to, content: text, push }),
      marks: ['noted'],
      after: { to: aim.to, text, push, ...(typeof to === 'object' ? { listed: to.length } : {}) },
      whyNot: async () =>
        typeof to === 'object' && (await reachOf(home, to)) === 0
          ? 'Nobody on the list has an open account.'
          : `There were ${MOST_PER_DAY} announcements within 24 hours. Wait, or say several things in one.`,
    };
  },
});

export const list = listing({
  name: 'announcements.list',
  roles: ['viewer', 'support', 'moderator'],
  about:
    'announcements of 90 days, the newest first: number, to whom, for how many people, how many have got it',
  params: {},
  counted: 'sent',
  row: z.object({
    announcement: z.number(),
    to: z.string(),
    people: z.number(),
    got: z.number(),
    sent: z.string(),
    standing: z.string(),
    text: z.string(),
  }),
  async read(home, _, after) {
    const [before = Number.MAX_SAFE_INTEGER] = keyOf(after, ['number']) ?? [];
    const { rows, total } = await listAnnouncements(home, Number(before));
    return pageOf(
      rows,
      total,
      (row) => ({
        announcement: row.id,
        to: toOf(row),
        people: row.reach,
        got: row.got,
        sent: timeText(row.sentAt),
        standing: standing(row),
        text: onOneLine(row.content),
      }),
      (row) => [row.id],
    );
  },
});

export const stop = operation({
  name: 'announcements.stop',
  roles: ['moderator'],
  subject: 'announcement',
  about: 'nobody else gets the announcement; apps that have it keep it',
  params: { announcement },
  operands: ['announcement'],
  needsReason: true,
  danger: true,
  async run(home, { announcement: number }) {
    const found = await findAnnouncement(home, number);
    return {
      on: number,
      batch: stopping(home, number),
      marks: ['stopped'],
      before: { announcement: 'sent', ...(found ? { got: found.got, people: found.reach } : {}) },
      after: { announcement: 'stopped' },
      async whyNot() {
        const isKnown = (await findAnnouncement(home, number)) !== undefined;
        return isKnown ? `Announcement ${number} is stopped already.` : `There is no announcement ${number}.`;
      },
    };
  },
});
