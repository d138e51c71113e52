import * as z from 'zod';
import { yuan } from '../../core/fen.ts';
import type { ApprovalId } from '../../core/ids.ts';
import type { Query } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import type { Actor } from '../actor.ts';
import { keyOf, pageOf } from '../keys.ts';
import { type Act, listing, operation, viewing } from '../operation.ts';
import { numberOf, oneOf, optional } from '../params.ts';
import { nothingDone } from '../refused.ts';
import { onOneLine, timeText } from '../shown.ts';
import { approving, whyNot } from './approve.ts';
import { endingOf, rejectIt, withdrawIt } from './end.ts';
import { eyesOf } from './eyes.ts';
import { type Found, findRequest, requestsOf, STATES, type StateWord, stateWord } from './find.ts';

const approval = numberOf<ApprovalId>('approval');

const facts = (found: Found, now: number) => ({
  approval: found.id,
  operation: found.operation,
  user: found.userId,
  yuan: yuan(found.amount),
  askedBy: onOneLine(found.askedBy),
  reason: onOneLine(found.reason),
  since: timeText(found.askedAt),
  until: timeText(found.expiresAt),
  state: stateWord(found, now),
});
const shape = {
  approval: z.number(),
  operation: z.string(),
  user: z.number().nullable(),
  yuan: z.string(),
  askedBy: z.string(),
  reason: z.string(),
  since: z.string(),
  until: z.string(),
  state: z.enum(STATES),
};

export const list = listing({
  name: 'approvals.list',
  roles: ['viewer', 'support', 'finance'],
  about:
    'acts that wait for a second operator: number, operation, person, yuan, by whom, why, since and until when',
  params: { state: optional(oneOf('state', STATES)) },
  counted: 'requests',
  row: z.object(shape),
  async read(home, { state = 'waits' }, after) {
    const [at = -1, id = 0] = keyOf(after, ['number', 'number']) ?? [];
    const { rows, total } = await requestsOf(home, state, { at: Number(at), id: Number(id) });
    return pageOf(
      rows,
      total,
      (found) => facts(found, home.clock.now()),
      (found) => [found.expiresAt, found.id],
    );
  },
});

export const show = viewing({
  name: 'approvals.show',
  roles: ['viewer', 'support', 'finance'],
  subject: 'approval',
  about: 'one of them, with all that it would do, and who has ended it',
  params: { approval },
  operands: ['approval'],
  answer: z.object({ ...shape, input: z.string(), endedBy: z.string(), ended: z.string() }),
  async read(home, { approval: id }) {
    const found = (await findRequest(home, id)) ?? nothingDone(`There is no approval ${id}.`);
    const answer = {
      ...facts(found, home.clock.now()),
      input: onOneLine(found.input),
      endedBy: onOneLine(found.endedBy),
      ended: found.endedAt === null ? '' : timeText(found.endedAt),
    };
    return { on: id, answer };
  },
});

const shared = { subject: 'approval', params: { approval }, operands: ['approval'] } as const;

export const approve = operation({
  ...shared,
  name: 'approvals.approve',
  roles: ['finance'],
  about: 'does what somebody else has asked for, as it was asked; nobody approves their own',
  danger: true,
  movedBy: 'two operators',
  run: (home, { approval: id }, _, actor, requestId) => approving(home, id, actor, requestId),
});

async function ending(
  home: Platform,
  id: ApprovalId,
  actor: Actor,
  end: (values: ReturnType<typeof endingOf>) => Query<number>,
  state: StateWord,
): Promise<Act> {
  const eyes = await eyesOf(home, actor);
  const name = actor.kind === 'shell' ? actor.user : actor.name;
  const found = await findRequest(home, id);
  const of = found && { operation: found.operation, user: found.userId, yuan: yuan(found.amount) };
  return {
    on: id,
    batch: { ended: end(endingOf(home, id, eyes, name)) },
    marks: ['ended'],
    before: { approval: 'waits' },
    after: { ...of, askedBy: found?.askedBy ?? '', approval: state },
    whyNot: () => whyNot(home, id, eyes, state === 'withdrawn'),
  };
}

export const reject = operation({
  ...shared,
  name: 'approvals.reject',
  roles: ['finance'],
  about: 'refuses what somebody else has asked for: nothing is done',
  needsReason: true,
  run: (home, { approval: id }, _, actor) => ending(home, id, actor, rejectIt, 'rejected'),
});

export const withdraw = operation({
  ...shared,
  name: 'approvals.withdraw',
  roles: ['support', 'finance'],
  about: 'takes back what you have asked for',
  run: (home, { approval: id }, _, actor) => ending(home, id, actor, withdrawIt, 'withdrawn'),
});
