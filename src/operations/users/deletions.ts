import { yuan } from '../../core/fen.ts';
import type { UserId } from '../../core/ids.ts';
import { findObstacles, type Obstacle } from '../../features/account-deletion/obstacles.ts';
import { deletingFor } from '../../features/account-deletion/request.ts';
import { findAccounts } from '../../features/accounts/find.ts';
import { claiming, unclaimedOf } from '../../features/deletions/unclaimed.ts';
import { findDeletion, keeping } from '../../features/deletions/waiting.ts';
import type { Platform } from '../../realtime/context.ts';
import { operation } from '../operation.ts';
import { flag, yuanOf } from '../params.ts';
import { timeText } from '../shown.ts';
import { userNumber } from './number.ts';

const isUser = async ({ db }: Platform, user: UserId) =>
  (await findAccounts(db, String(user))).some(({ id }) => id === user);

/** How a deletion stands, in words; undefined where there is none. */
async function deletionText({ db }: Platform, user: UserId): Promise<string | undefined> {
  const [found] = await db.read(findDeletion({ user }));
  if (!found) return undefined;
  if (found.erasedAt !== null) return `User ${user} was deleted at ${timeText(found.erasedAt)}.`;
  if (found.step > 0) return `User ${user} is being deleted.`;
  return `User ${user} is to be deleted at ${timeText(found.dueAt)}.`;
}

const obstacleText = ({ kind, id, endsAt }: Obstacle) =>
  `${kind}${kind === 'balance' || kind === 'frozenWallet' ? '' : ` ${id}`}${endsAt === null ? '' : ` until ${timeText(endsAt)}`}`;

export const remove = operation({
  name: 'users.delete',
  roles: ['support', 'moderator'],
  subject: 'user',
  about: 'has an account deleted, on its owner’s request: shut at once, erased after DELETION_DAYS',
  params: {
    user: userNumber,
    dismissGroups: flag('the groups of the account are dismissed'),
    giveUpBalance: flag('the balance goes to "unclaimed", for three years'),
  },
  operands: ['user'],
  needsReason: true,
  danger: true,
  async run(home, { user, dismissGroups, giveUpBalance }, _, actor) {
    const consents = { dismisses: dismissGroups ? 1 : 0, givesUp: giveUpBalance ? 1 : 0 } as const;
    return {
      on: user,
      batch: deletingFor(home, user, actor.kind === 'shell' ? actor.user : actor.name, consents),
      marks: ['inserted'],
      after: { deletion: 'waits' },
      async whyNot() {
        if (!(await isUser(home, user))) return `There is no user ${user}.`;
        const standing = await deletionText(home, user);
        if (standing) return standing;
        const found = await home.db.read(findObstacles({ user, now: home.clock.now(), ...consents }));
        return `In the way: ${found.map(obstacleText).join(', ')}.`;
      },
    };
  },
});

export const keep = operation({
  name: 'users.keep',
  roles: ['support', 'moderator'],
  subject: 'user',
  about: 'takes the deletion of an account back while it waits; its owner logs in again',
  params: { user: userNumber },
  operands: ['user'],
  needsReason: true,
  run: async (home, { user }) => ({
    on: user,
    batch: keeping(home, user),
    marks: ['kept'],
    after: { deletion: 'taken back' },
    whyNot: async () => (await deletionText(home, user)) ?? `Nobody has asked to delete user ${user}.`,
  }),
});

export const payUnclaimed = operation({
  name: 'users.pay-unclaimed',
  roles: ['finance'],
  subject: 'user',
  about: 'pays what a deleted account’s owner gave up into another account of theirs, for three years',
  params: { user: userNumber, to: userNumber, yuan: yuanOf('amount') },
  operands: ['user', 'to', 'yuan'],
  needsReason: true,
  danger: true,
  twoEyes: true,
  run: async (home, { user, to, yuan: fen }) => ({
    on: user,
    batch: claiming(home, { user, to, fen }),
    marks: ['claimed'],
    money: { fen, whom: to },
    after: { to, yuan: yuan(fen) },
    async whyNot() {
      const [found] = await home.db.read(unclaimedOf({ user }));
      if (!found?.erasedAt) return `There is no deleted account ${user}.`;
      return `${yuan(found.left)} of user ${user} waits to be claimed, for three years from ${timeText(found.erasedAt)}.`;
    },
  }),
});
