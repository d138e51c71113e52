import { chinaDateText } from '../china-time.ts';
import { BadConfig, readConfig } from '../config.ts';
import { decideIdentity, waitingIdentities } from '../features/identity/review.ts';
import type { UserId } from '../ids.ts';
import { type BunHome, openBunHome } from '../platform/home.bun.ts';

type Print = (text: string) => void;

function userArgument(text: string | undefined): UserId {
  if (!text || !/^[1-9]\d{0,15}$/.test(text)) throw new BadConfig(['Give the user’s number.']);
  return Number(text) as UserId; // an operator's word; the statement looks it up
}

async function identity(home: BunHome, [action, user]: readonly string[], print: Print) {
  const { db, keys, clock } = home.platform;
  if (action === 'list') {
    const waiting = await waitingIdentities(db, keys.data);
    for (const { userId, name, idNo, submittedAt } of waiting)
      print(`${userId}\t${name}\t${idNo}\t${chinaDateText(submittedAt)}`);
    return print(`${waiting.length} waiting`);
  }
  if (action !== 'approve' && action !== 'reject')
    throw new BadConfig(['Say: admin identity list | approve USER | reject USER']);
  const decided = await decideIdentity(db, userArgument(user), action === 'approve', clock.now());
  print(decided ? 'Done.' : 'No request of that user waits.');
}

/** What only an operator may do, at the machine itself: there is no admin password to lose. */
export async function admin([subject, ...rest]: readonly string[], print: Print): Promise<void> {
  if (subject !== 'identity') throw new BadConfig(['Say: admin identity list | approve USER | reject USER']);
  const config = readConfig(process.env);
  const home = await openBunHome(config, config.PUBLIC_URL);
  try {
    await identity(home, rest, print);
  } finally {
    await home.close();
  }
}
