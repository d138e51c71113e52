import type { UserId } from '../../core/ids.ts';
import { disableAccount, enableAccount } from '../../features/accounts/disable.ts';
import { findAccounts } from '../../features/accounts/find.ts';
import { openWallet } from '../../features/wallet-holds/open.ts';
import type { BunHome } from '../../homes/bun/home.ts';
import { type Action, NothingDone, onOneLine, userOf } from './action.ts';

/** Why an account was neither shut nor opened. */
async function sayWhy({ platform }: BunHome, user: UserId): Promise<never> {
  const found = (await findAccounts(platform.db, String(user))).find(({ id }) => id === user);
  if (!found) throw new NothingDone(`There is no user ${user}.`);
  throw new NothingDone(`User ${user} is ${found.isDisabled ? 'disabled' : 'enabled'} already.`);
}

const changing = (name: string, about: string, change: typeof disableAccount): Action => ({
  usage: `admin users ${name} USER`,
  about,
  operands: [1, 1],
  async run(home, { operands: [text] }, print) {
    const user = userOf(text);
    if (!(await change(home.platform, user))) await sayWhy(home, user);
    print('Done.');
  },
});

export const users: Readonly<Record<string, Action>> = {
  find: {
    usage: 'admin users find MOBILE | IM_NUMBER | USER [--json]',
    about: 'who has that number: user, mobile, IM number, name, and whether disabled',
    options: { json: 'boolean' },
    operands: [1, 1],
    async run({ platform }, args, print) {
      const [text = ''] = args.operands;
      const found = await findAccounts(platform.db, text.trim());
      if (args.has('json')) print(JSON.stringify(found));
      else
        for (const { id, mobile, imNumber, name, isDisabled } of found)
          print([id, mobile, imNumber, onOneLine(name), isDisabled ? 'disabled' : ''].join('\t'));
      if (found.length === 0) throw new NothingDone('Nobody has that number.');
    },
  },
  disable: changing('disable', 'ends the user’s sessions, and no login begins another', disableAccount),
  enable: changing('enable', 'lets a disabled user log in again', enableAccount),
  'open-wallet': {
    usage: 'admin users open-wallet USER',
    about: 'lets money leave the user’s wallet that was frozen or limited after a new password',
    operands: [1, 1],
    async run({ platform }, { operands: [text] }, print) {
      const user = userOf(text);
      if (!(await openWallet(platform, user))) throw new NothingDone(`Nothing holds the wallet of ${user}.`);
      print('Done.');
    },
  },
};
