import type { Fen } from '../../../core/fen.ts';
import { balanceOf } from '../../../ledger/accounts.ts';
import { givingUp } from '../../deletions/unclaimed.ts';
import type { Stage } from '../stage.ts';

/** What is in the wallet goes to `unclaimed`; what comes in meanwhile, too. */
export const giveUpBalance: Stage = async (platform, { userId, cursor }) => {
  const [account] = await platform.db.read(balanceOf({ account: userId }));
  const fen = (account?.balance ?? 0) as Fen; // a balance
  if (fen === 0) return 'done';
  await platform.db.write(givingUp(platform, { user: userId, fen }));
  return { cursor };
};
