import type { STEP } from '../../../db/schema/steps.ts';
import type { UserId } from '../../core/ids.ts';
import { findAccounts } from '../../features/accounts/find.ts';
import { laying, lifting } from '../../features/steps/lay.ts';
import type { Platform } from '../../realtime/context.ts';
import type { NoticeKind } from '../../realtime/notices.ts';
import { type Actor, nameOf } from '../actor.ts';
import { type Act, operation } from '../operation.ts';
import { oneOf, optional } from '../params.ts';
import { answering, report } from '../reports/answer.ts';
import { endText, mustLieAhead, until } from '../until.ts';
import { userNumber } from '../users/number.ts';

type Kinds = readonly (keyof typeof STEP)[];
const SCOPES = ['messages', 'moments', 'comments'] as const;
const scope = optional(oneOf('scope', SCOPES));
const kindsIn = (chosen: (typeof SCOPES)[number] | undefined): Kinds => (chosen ? [chosen] : SCOPES);

const whyNot = async ({ db }: Platform, user: UserId, words: string) => {
  const isKnown = (await findAccounts(db, String(user))).some(({ id }) => id === user);
  return isKnown ? words : `There is no user ${user}.`;
};

/** What is laid, and how. */
interface Laying {
  readonly user: UserId;
  readonly until: number | undefined;
  readonly reason: string;
  readonly actor: Actor;
}

/** @param step what the answer and the audit call it */
function lay(home: Platform, kinds: Kinds, notice: NoticeKind, step: string, laid: Laying): Act {
  const { user, until: end, reason, actor } = laid;
  mustLieAhead(home, end);
  return {
    on: user,
    batch: laying(home, notice, { user, kinds, reason, by: nameOf(actor), until: end }),
    marks: ['laid'],
    after: { step, until: endText(end) },
    whyNot: () => whyNot(home, user, 'It is so already, until then.'),
  };
}

const lift = (home: Platform, user: UserId, kinds: Kinds, notice: NoticeKind, step: string): Act => ({
  on: user,
  batch: lifting(home, user, kinds, notice),
  marks: ['lifted'],
  before: { step },
  after: { step: 'lifted' },
  whyNot: () => whyNot(home, user, 'Nothing of that kind is in force.'),
});

const shared = { subject: 'user', operands: ['user'], needsReason: true, danger: true } as const;
const moderators = { ...shared, roles: ['moderator'] } as const;
const warners = { ...shared, roles: ['support', 'moderator'] } as const;

export const warn = operation({
  ...warners,
  name: 'users.warn',
  about: 'warns a user, who reads the reason at once and at each login, until then or until it is taken back',
  params: { user: userNumber, until, report },
  run: async (home, { user, until: end, report: answered }, reason, actor) =>
    answering(
      home,
      lay(home, ['warning'], 'warned', 'warning', { user, until: end, reason, actor }),
      answered,
      { outcome: 'warned', whom: user },
    ),
});

export const unwarn = operation({
  ...warners,
  name: 'users.unwarn',
  about: 'takes a user’s warnings back',
  params: { user: userNumber },
  run: async (home, { user }) => lift(home, user, ['warning'], 'warningLifted', 'warning'),
});

export const mute = operation({
  ...moderators,
  name: 'users.mute',
  about:
    'a user writes no messages, moments or comments, or none of one kind, until then or until lifted; they read the reason',
  params: { user: userNumber, scope, until, report },
  run: async (home, { user, scope: chosen, until: end, report: answered }, reason, actor) =>
    answering(
      home,
      lay(home, kindsIn(chosen), 'muted', `mute of ${kindsIn(chosen).join(', ')}`, {
        ...{ user, until: end, reason, actor },
      }),
      answered,
      { outcome: 'muted', whom: user },
    ),
});

export const unmute = operation({
  ...moderators,
  name: 'users.unmute',
  about: 'lets a user write again',
  params: { user: userNumber, scope },
  run: async (home, { user, scope: chosen }) =>
    lift(home, user, kindsIn(chosen), 'unmuted', `mute of ${kindsIn(chosen).join(', ')}`),
});

export const stopSearch = operation({
  ...moderators,
  name: 'users.stop-search',
  about:
    'a user looks for nobody: not by number or name, nearby, by shaking or by their address book; they read the reason',
  params: { user: userNumber, until, report },
  run: async (home, { user, until: end, report: answered }, reason, actor) =>
    answering(
      home,
      lay(home, ['search'], 'searchClosed', 'no search', { user, until: end, reason, actor }),
      answered,
      { outcome: 'limited', whom: user },
    ),
});

export const allowSearch = operation({
  ...moderators,
  name: 'users.allow-search',
  about: 'lets a user look for people again',
  params: { user: userNumber },
  run: async (home, { user }) => lift(home, user, ['search'], 'searchOpened', 'no search'),
});
