import * as z from 'zod';
import { IDENTITY } from '../../../db/schema/users.ts';
import type { UserId } from '../../core/ids.ts';
import {
  countIdentities,
  deciding,
  type IdentityKey,
  identityState,
  openIdentity,
  undoing,
  waitingIdentities,
} from '../../features/identity/review.ts';
import type { Platform } from '../../realtime/context.ts';
import { keyOf, pageOf } from '../keys.ts';
import { type Act, listing, operation, viewing } from '../operation.ts';
import { nothingDone } from '../refused.ts';
import { onOneLine, timeText, UNREADABLE } from '../shown.ts';
import { userNumber } from '../users/number.ts';

const STATES = ['waits', 'is confirmed already', 'was rejected already'] as const;
const stateText = (state: number) => STATES[state] ?? 'does not wait';

async function whyNot({ db }: Platform, user: UserId): Promise<string> {
  const state = await identityState(db, user);
  return state === undefined
    ? `User ${user} has handed nothing in.`
    : `The request of user ${user} ${stateText(state)}.`;
}

/** 李**: the first character, as others never see more of a name. */
const maskedName = (name: string) => `${[...name][0] ?? ''}${'*'.repeat(Math.max([...name].length - 1, 0))}`;
const maskedNumber = (number: string) => `${number.slice(0, 6)}${'*'.repeat(8)}${number.slice(-4)}`;

const params = { user: userNumber };

const decide = async (home: Platform, user: UserId, isConfirmed: boolean, words = ''): Promise<Act> => ({
  on: user,
  batch: deciding(home, user, isConfirmed, words),
  marks: ['decided'],
  before: { identity: 'waits' },
  after: { identity: isConfirmed ? 'confirmed' : 'rejected' },
  whyNot: () => whyNot(home, user),
});

export const list = listing({
  name: 'identity.list',
  roles: ['viewer', 'support', 'moderator'],
  about: 'who waits to be confirmed: user, name and ID number without their middle, since when',
  params: {},
  counted: 'waiting',
  row: z.object({ user: z.number(), name: z.string(), idNumber: z.string(), since: z.string() }),
  async read({ db, keys }, _, after) {
    const [at = -1, user = 0] = keyOf(after, ['number', 'number']) ?? [];
    const key: IdentityKey = { at: Number(at), user: Number(user) };
    const [rows, total] = await Promise.all([waitingIdentities(db, keys, key), countIdentities(db)]);
    return pageOf(
      rows,
      total,
      ({ userId, name, idNo, submittedAt }) => ({
        user: userId,
        name: name === undefined ? UNREADABLE : onOneLine(maskedName(name)),
        idNumber: idNo === undefined ? UNREADABLE : maskedNumber(idNo),
        since: timeText(submittedAt),
      }),
      ({ submittedAt, userId }) => [submittedAt, userId],
    );
  },
});

export const show = viewing({
  name: 'identity.show',
  roles: ['support', 'moderator'],
  subject: 'user',
  about: 'the whole name and ID number that a user has handed in',
  params,
  operands: ['user'],
  unseals: true,
  answer: z.object({
    user: z.number(),
    name: z.string(),
    idNumber: z.string(),
    state: z.string(),
    since: z.string(),
  }),
  async read(home, { user }) {
    const found = (await openIdentity(home, user)) ?? nothingDone(`User ${user} has handed nothing in.`);
    const answer = {
      user,
      name: found.name === undefined ? UNREADABLE : onOneLine(found.name),
      idNumber: found.idNo ?? UNREADABLE,
      state: stateText(found.state),
      since: timeText(found.submittedAt),
    };
    return { on: user, answer };
  },
});

export const approve = operation({
  name: 'identity.approve',
  roles: ['support', 'moderator'],
  subject: 'user',
  about: 'the name and the number are right; the person is told',
  params,
  operands: ['user'],
  danger: true,
  run: (home, { user }) => decide(home, user, true),
});

export const reject = operation({
  name: 'identity.reject',
  roles: ['support', 'moderator'],
  subject: 'user',
  about: 'they are not; the person reads the reason, and may hand them in once more',
  params,
  operands: ['user'],
  needsReason: true,
  run: (home, { user }, reason) => decide(home, user, false, reason),
});

export const undo = operation({
  name: 'identity.undo',
  roles: ['support', 'moderator'],
  subject: 'user',
  about: 'takes a decision back: the request waits again, and the user counts as nobody confirmed',
  params,
  operands: ['user'],
  needsReason: true,
  danger: true,
  async run(home, { user }) {
    const state = (await identityState(home.db, user)) ?? IDENTITY.waits;
    const decided = state === IDENTITY.waits ? IDENTITY.confirmed : state;
    return {
      on: user,
      batch: await undoing(home, user, decided),
      marks: ['undone'],
      before: { identity: decided === IDENTITY.confirmed ? 'confirmed' : 'rejected' },
      after: { identity: 'waits' },
      async whyNot() {
        const now = await identityState(home.db, user);
        if (now === undefined || now === IDENTITY.waits) return whyNot(home, user);
        return 'Somebody else has handed in the same number since: decide about theirs first.';
      },
    };
  },
});
