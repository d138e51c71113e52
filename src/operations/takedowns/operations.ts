import * as z from 'zod';
import type {
  CommentId,
  GroupId,
  MessageId,
  MomentId,
  NoteId,
  ReportId,
  TakedownId,
  UserId,
} from '../../core/ids.ts';
import { openEvidence } from '../../features/takedowns/evidence.ts';
import type { TakedownSubject } from '../../features/takedowns/kinds.ts';
import { countTakedowns, listTakedowns } from '../../features/takedowns/list.ts';
import { findMessage } from '../../features/takedowns/message.ts';
import { beginningWith } from '../../features/takedowns/person.ts';
import { bringingBack, takedownOf } from '../../features/takedowns/restore.ts';
import { takingSubjectDown } from '../../features/takedowns/take.ts';
import type { Platform } from '../../realtime/context.ts';
import type { Actor } from '../actor.ts';
import { followFiles } from '../files/follow.ts';
import { keyOf, pageOf } from '../keys.ts';
import { type Act, listing, operation, viewing } from '../operation.ts';
import { formed, numberOf } from '../params.ts';
import { nothingDone } from '../refused.ts';
import { answering, report } from '../reports/answer.ts';
import { timeText, UNREADABLE } from '../shown.ts';
import { userNumber } from '../users/number.ts';

const act = { roles: ['moderator'], needsReason: true, danger: true } as const;

async function takeDown(
  home: Platform,
  subject: TakedownSubject,
  item: number,
  actor: Actor,
  answered: ReportId | undefined,
): Promise<Act> {
  const nothing = `There is no such ${subject}, or it is down already.`;
  const { takedown, owner, batch } = (await takingSubjectDown(home, subject, item)) ?? nothingDone(nothing);
  const act: Act = {
    on: item,
    batch,
    marks: ['changed'],
    before: { content: 'there', owner },
    after: { content: 'taken down', takedown },
    follow: () => followFiles(home, actor),
    whyNot: async () => `Somebody has changed the ${subject} just now: look at it again.`,
  };
  return answering(home, act, answered, { outcome: 'removed', whom: owner });
}

export const moment = operation({
  ...act,
  name: 'takedowns.moment',
  subject: 'moment',
  about: 'take a moment down, with its comments and its author’s files',
  params: { moment: numberOf<MomentId>('moment', ' Apps call it feedId.'), report },
  operands: ['moment'],
  run: (home, { moment, report: answered }, _, actor) => takeDown(home, 'moment', moment, actor, answered),
});

export const comment = operation({
  ...act,
  name: 'takedowns.comment',
  subject: 'comment',
  about: 'take a comment under a moment down',
  params: { comment: numberOf<CommentId>('comment'), report },
  operands: ['comment'],
  run: (home, { comment, report: answered }, _, actor) => takeDown(home, 'comment', comment, actor, answered),
});

export const message = operation({
  ...act,
  name: 'takedowns.message',
  subject: 'message',
  about:
    'recall a message, however old it is, with its sender’s files; forwarded copies are messages of their own',
  params: {
    sender: userNumber,
    message: formed(
      'message’s msgId',
      /^[\x21-\x7e]{1,64}$/,
      '1 to 64 characters without blanks',
      'nobodys-message',
    ),
    report,
  },
  operands: ['sender', 'message'],
  async run(home, { sender, message: msgId, report: answered }, _, actor) {
    const [found] = await home.db.read(findMessage({ sender, msgId }));
    if (!found) nothingDone('There is no such message, or it is down already.');
    return takeDown(home, 'message', found.id, actor, answered);
  },
});

export const messageByNumber = operation({
  ...act,
  name: 'takedowns.message-by-number',
  subject: 'message',
  about: 'the same, by the number that messages list and a report show',
  params: { message: numberOf<MessageId>('message'), report },
  operands: ['message'],
  run: (home, { message, report: answered }, _, actor) => takeDown(home, 'message', message, actor, answered),
});

export const note = operation({
  ...act,
  name: 'takedowns.note',
  subject: 'note',
  about: 'take a note of a group down',
  params: { note: numberOf<NoteId>('note'), report },
  operands: ['note'],
  run: (home, { note, report: answered }, _, actor) => takeDown(home, 'note', note, actor, answered),
});

export const group = operation({
  ...act,
  name: 'takedowns.group',
  subject: 'group',
  about: 'dismiss a group and clear its name, picture and words; members are told',
  params: { group: numberOf<GroupId>('group'), report },
  operands: ['group'],
  run: (home, { group, report: answered }, _, actor) => takeDown(home, 'group', group, actor, answered),
});

const ofPerson = { ...act, subject: 'user', operands: ['user'] } as const;
const user = { user: userNumber };
const answers = { ...user, report };

export const name = operation({
  ...ofPerson,
  name: 'takedowns.name',
  params: answers,
  about: 'take a user’s name down: they are called by their number until they choose another',
  run: (home, { user, report: answered }, _, actor) => takeDown(home, 'name', user, actor, answered),
});

export const avatar = operation({
  ...ofPerson,
  name: 'takedowns.avatar',
  params: answers,
  about: 'take a user’s picture down',
  run: (home, { user, report: answered }, _, actor) => takeDown(home, 'avatar', user, actor, answered),
});

export const background = operation({
  ...ofPerson,
  name: 'takedowns.background',
  params: answers,
  about: 'take the picture above a user’s moments down',
  run: (home, { user, report: answered }, _, actor) => takeDown(home, 'background', user, actor, answered),
});

const all = async (home: Platform, user: UserId, isReturn: boolean): Promise<Act> => ({
  on: user,
  batch: beginningWith(home, user, isReturn),
  marks: ['changed'],
  after: { content: isReturn ? 'comes back' : 'goes' },
  whyNot: async () => `There is no user ${user}, or it is under way already.`,
});

export const person = operation({
  ...ofPerson,
  name: 'takedowns.person',
  params: answers,
  about:
    'take down all that a user has written and shown, step by step: profile, moments, comments, notes, messages',
  run: async (home, { user, report: answered }) =>
    answering(home, await all(home, user, false), answered, { outcome: 'removed', whom: user }),
});

export const restorePerson = operation({
  ...ofPerson,
  name: 'takedowns.restore-person',
  params: user,
  about: 'bring back, step by step, all of a user’s that is down',
  run: (home, { user }) => all(home, user, true),
});

const params = { takedown: numberOf<TakedownId>('takedown') };

export const restore = operation({
  ...act,
  name: 'takedowns.restore',
  subject: 'takedown',
  about: 'bring back what was taken down in the last 180 days, with its files',
  params,
  operands: ['takedown'],
  async run(home, { takedown }, _, actor) {
    const row = (await takedownOf(home.db, takedown)) ?? nothingDone(`There is no takedown ${takedown}.`);
    const batch = bringingBack(home, row) ?? nothingDone('Its copy is gone, or sealed under a lost key.');
    return {
      on: takedown,
      batch,
      marks: ['changed'],
      before: { content: 'taken down' },
      after: { content: 'there', subject: row.subject, item: row.item },
      follow: () => followFiles(home, actor),
      whyNot: async () => 'It is back already, its 180 days have passed, or its place is taken or gone.',
    };
  },
});

const facts = z.string();
const shown = {
  takedown: z.number(),
  subject: facts,
  item: facts,
  owner: z.number(),
  at: facts,
  back: facts,
};

export const list = listing({
  name: 'takedowns.list',
  roles: ['support', 'moderator'],
  about: 'what was taken down, newest first: number, what, whose, when, and when it came back',
  params: {},
  counted: 'taken down',
  row: z.object(shown),
  async read({ db }, _, after) {
    const [before = Number.MAX_SAFE_INTEGER] = keyOf(after, ['number']) ?? [];
    const [rows, total] = await Promise.all([listTakedowns(db, Number(before)), countTakedowns(db)]);
    return pageOf(
      rows,
      total,
      ({ id, subject, item, ownerId, takenAt, restoredAt }) => ({
        takedown: id,
        subject,
        item,
        owner: ownerId ?? 0,
        at: timeText(takenAt),
        back: restoredAt === null ? '' : timeText(restoredAt),
      }),
      ({ id }) => [id],
    );
  },
});

export const show = viewing({
  name: 'takedowns.show',
  roles: ['moderator'],
  subject: 'takedown',
  about: 'the sealed copy of what was taken down',
  params,
  operands: ['takedown'],
  unseals: true,
  answer: z.object({ ...shown, evidence: facts }),
  async read(home, { takedown }) {
    const row = (await takedownOf(home.db, takedown)) ?? nothingDone(`There is no takedown ${takedown}.`);
    const { id, subject, item, ownerId, takenAt, restoredAt } = row;
    if (row.sealed === '') nothingDone('Its 180 days have passed: the copy is gone.');
    return {
      on: takedown,
      answer: {
        ...{ takedown: id, subject, item, owner: ownerId ?? 0, at: timeText(takenAt) },
        back: restoredAt === null ? '' : timeText(restoredAt),
        evidence: openEvidence(home, row) ?? UNREADABLE,
      },
    };
  },
});
