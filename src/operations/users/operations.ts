import * as z from 'zod';
import type { UserId } from '../../core/ids.ts';
import { disabling, enabling, endingSessions } from '../../features/accounts/disable.ts';
import { findAccounts } from '../../features/accounts/find.ts';
import { openingWallet } from '../../features/wallet-holds/open.ts';
import type { Platform } from '../../realtime/context.ts';
import { nameOf } from '../actor.ts';
import { keyOf, pageOf } from '../keys.ts';
import { type Act, listing, operation, viewing } from '../operation.ts';
import { text } from '../params.ts';
import { nothingDone } from '../refused.ts';
import { answering, report } from '../reports/answer.ts';
import { onOneLine } from '../shown.ts';
import { endText, mustLieAhead, until } from '../until.ts';
import { findUsers } from './find.ts';
import { lockFacts, unlocking } from './locks.ts';
import { eventsOfUser, eventsShape, pageParams } from './login-events.ts';
import { userNumber } from './number.ts';
import { showUser } from './show.ts';

const params = { user: userNumber };

const stateOf = async ({ db }: Platform, user: UserId) =>
  (await findAccounts(db, String(user))).find(({ id }) => id === user);

/** Why an account was neither shut nor opened, or had nothing to end. */
async function whyNot(home: Platform, user: UserId, words?: string): Promise<string> {
  const found = await stateOf(home, user);
  if (!found) return `There is no user ${user}.`;
  return words ?? `User ${user} is ${found.isDisabled ? 'disabled' : 'enabled'} already.`;
}

export const find = listing({
  name: 'users.find',
  roles: ['support', 'moderator', 'finance'],
  about:
    'who has that number, mobile or IM number, or whose name begins so: user, mobile, IM number, name, and whether disabled',
  params: { text: text('mobile, number, IM number or name', 50) },
  operands: ['text'],
  counted: 'found',
  whenNone: 'Nobody has that number, or such a name.',
  row: z.object({
    user: z.number(),
    mobile: z.string(),
    imNumber: z.string(),
    name: z.string(),
    state: z.string(),
  }),
  async read(home, { text: typed }, after) {
    const [name, id] = keyOf(after, ['string', 'number']) ?? [];
    const key = name === undefined ? undefined : { name: String(name), id: Number(id) };
    const { rows, total } = await findUsers(home, typed, key);
    return pageOf(
      rows,
      total,
      (found) => ({
        user: found.id,
        mobile: found.mobile,
        imNumber: found.imNumber,
        name: onOneLine(found.name),
        state: found.isDisabled ? 'disabled' : '',
      }),
      (found) => [found.key?.name ?? '', found.key?.id ?? 0],
    );
  },
});

const facts = z.string();
export const show = viewing({
  name: 'users.show',
  roles: ['support', 'moderator', 'finance'],
  subject: 'user',
  about:
    'a user’s account: sessions, devices and addresses with the last day of each, locks, holds of the wallet, steps in force',
  params,
  operands: ['user'],
  answer: z.object({
    user: z.number(),
    mobile: facts,
    imNumber: facts,
    name: facts,
    state: facts,
    identity: facts,
    since: facts,
    deletionDue: facts,
    deletedSince: facts,
    walletFrozenSince: facts,
    walletLimitedUntil: facts,
    walletFrozenByOperatorSince: facts,
    walletFrozenByOperatorUntil: facts,
    steps: z.array(z.object({ kind: facts, since: facts, until: facts, why: facts, by: facts })),
    sessions: z.array(z.object({ kind: facts, device: facts, since: facts, lastDay: facts })),
    logins: z.array(z.object({ kind: facts, device: facts, address: facts, lastDay: facts })),
    locks: z.array(z.object({ what: facts, until: facts })),
  }),
  async read(home, { user }) {
    return { on: user, answer: (await showUser(home, user)) ?? nothingDone(`There is no user ${user}.`) };
  },
});

export const loginEvents = viewing({
  name: 'users.login-events',
  roles: ['support', 'moderator'],
  subject: 'user',
  about:
    'from where and when an account was used, newest first: logins and why they failed, addresses, publications',
  params: { ...params, ...pageParams },
  operands: ['user'],
  unseals: true,
  answer: eventsShape,
  async read({ db }, { user, ...asked }) {
    const answer = await eventsOfUser(db, user, asked);
    if (answer.events.length === 0) nothingDone(`Nothing is kept of user ${user}.`);
    return { on: user, answer, opened: { events: answer.events.length } };
  },
});

const changing = async (
  home: Platform,
  user: UserId,
  batch: Act['batch'],
  [before, after]: readonly [string, string],
): Promise<Act> => ({
  on: user,
  batch,
  marks: before === 'enabled' ? ['changed'] : ['changed', 'unbarred'],
  before: { user: before },
  after: { user: after },
  whyNot: () => whyNot(home, user),
});

const shut = {
  roles: ['moderator'],
  subject: 'user',
  params,
  operands: ['user'],
  danger: true,
} as const;

export const disable = operation({
  ...shut,
  name: 'users.disable',
  about: 'ends the user’s sessions, and no login begins another; whoever tries reads the reason',
  run: (home, { user }, reason, actor) =>
    changing(home, user, disabling(home, user, { reason, by: nameOf(actor), until: undefined }), [
      'enabled',
      'disabled',
    ]),
});

export const ban = operation({
  ...shut,
  name: 'users.ban',
  about: 'shuts an account until then, or until it is lifted: nobody logs in, and all sessions end',
  needsReason: true,
  params: { ...params, until, report },
  async run(home, { user, until: end, report: answered }, reason, actor) {
    mustLieAhead(home, end);
    const batch = disabling(home, user, { reason, by: nameOf(actor), until: end });
    const act = await changing(home, user, batch, ['enabled', 'disabled']);
    const after = { ...act.after, ...(end === undefined ? {} : { until: endText(end) }) };
    return answering(home, { ...act, after }, answered, { outcome: 'banned', whom: user });
  },
});

export const enable = operation({
  ...shut,
  name: 'users.enable',
  about: 'lets a disabled user log in again',
  run: (home, { user }) => changing(home, user, enabling(home, user), ['disabled', 'enabled']),
});

export const lift = operation({
  ...shut,
  name: 'users.lift',
  about: 'lifts a ban, and never without a reason',
  needsReason: true,
  run: (home, { user }) => changing(home, user, enabling(home, user), ['disabled', 'enabled']),
});

export const endSessions = operation({
  name: 'users.end-sessions',
  roles: ['support', 'moderator'],
  subject: 'user',
  about: 'logs a user out on every device; they may log in again',
  params,
  operands: ['user'],
  danger: true,
  run: async (home, { user }) => ({
    on: user,
    batch: endingSessions(home, user),
    marks: ['ended'],
    after: { sessions: 'ended' },
    whyNot: () => whyNot(home, user, `User ${user} is logged in nowhere.`),
  }),
});

export const unlock = operation({
  name: 'users.unlock',
  roles: ['support'],
  subject: 'user',
  about:
    'forgets wrong tries that have locked the user’s login, SMS codes or pay password ("show" tells which)',
  params,
  operands: ['user'],
  needsReason: true,
  run: async (home, { user }) => ({
    on: user,
    batch: unlocking(home, user),
    marks: ['changed'],
    before: await lockFacts(home, user),
    after: { locks: 'lifted' },
    whyNot: () => whyNot(home, user, `Nothing of user ${user} is locked.`),
  }),
});

export const openWallet = operation({
  name: 'users.open-wallet',
  roles: ['support', 'finance'],
  subject: 'user',
  about: 'lets money leave the user’s wallet that was frozen or limited after a new password',
  params,
  operands: ['user'],
  danger: true,
  run: async (home, { user }) => ({
    on: user,
    batch: openingWallet(home, user),
    marks: ['lifted'],
    before: { wallet: 'held' },
    after: { wallet: 'open' },
    whyNot: () => whyNot(home, user, `Nothing holds the wallet of ${user}.`),
  }),
});

export { keep, payUnclaimed, remove } from './deletions.ts';
