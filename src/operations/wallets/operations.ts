import type { UserId } from '../../core/ids.ts';
import { freezeOf, freezing, unfreezing } from '../../features/wallet-holds/freeze.ts';
import type { Platform } from '../../realtime/context.ts';
import { nameOf } from '../actor.ts';
import { type Act, operation } from '../operation.ts';
import { answering, report } from '../reports/answer.ts';
import { timeText } from '../shown.ts';
import { until as end, endText, mustLieAhead } from '../until.ts';
import { userNumber } from '../users/number.ts';

const shared = { subject: 'user', operands: ['user'], needsReason: true, danger: true } as const;

/** How a wallet is frozen, in words. */
async function standing({ db, clock }: Platform, user: UserId): Promise<string> {
  const found = await freezeOf(db, user, clock.now());
  if (!found) return `There is no user ${user}.`;
  if (found.frozenAt === null) return `The wallet of ${user} is not frozen.`;
  const until = found.until === null ? '' : `, until ${timeText(found.until)}`;
  return `The wallet of ${user} is frozen since ${timeText(found.frozenAt)}${until}.`;
}

export const freeze = operation({
  ...shared,
  name: 'wallets.freeze',
  roles: ['support', 'moderator', 'finance'],
  about:
    'nothing leaves a user’s wallet, until then or until it is unfrozen; money still comes in. The person reads the reason',
  params: { user: userNumber, until: end, report },
  async run(home, { user, until, report: answered }, reason, actor) {
    mustLieAhead(home, until);
    const act: Act = {
      on: user,
      batch: freezing(home, user, { until, reason, by: nameOf(actor) }),
      marks: ['frozen'],
      after: { wallet: 'frozen', until: endText(until) },
      whyNot: () => standing(home, user),
    };
    return answering(home, act, answered, { outcome: 'limited', whom: user });
  },
});

export const unfreeze = operation({
  ...shared,
  name: 'wallets.unfreeze',
  roles: ['finance'],
  about: 'lets money leave a wallet again that an operator has frozen',
  params: { user: userNumber },
  run: async (home, { user }) => ({
    on: user,
    batch: unfreezing(home, user),
    marks: ['unfrozen'],
    before: { wallet: 'frozen' },
    after: { wallet: 'open' },
    whyNot: () => standing(home, user),
  }),
});
