import type { UserId } from '../../core/ids.ts';
import type { Erasure } from '../../platform/erasures/erasures.ts';
import type { Platform } from '../../realtime/context.ts';
import { deleteAgain } from '../account-deletion/again.ts';
import { disableAccount } from '../accounts/disable.ts';
import { takingFileDown } from '../takedowns/file.ts';
import { SUBJECTS } from '../takedowns/kinds.ts';
import { beginningWith } from '../takedowns/person.ts';
import { takingSubjectDown } from '../takedowns/take.ts';
import type { ErasureKind } from './note.ts';

async function takeDown(home: Platform, key: string): Promise<void> {
  const end = key.indexOf(':');
  const [name, item] = [key.slice(0, end), key.slice(end + 1)];
  if (name === 'file') {
    const batch = await takingFileDown(home, item);
    if (batch) await home.db.write(batch);
    return;
  }
  const subject = SUBJECTS.find((one) => one === name);
  const down = subject && (await takingSubjectDown(home, subject, Number(item)));
  if (down) await home.db.write(down.batch);
}

/** How each kind of act is carried out once more. What is gone already, or was never there, is passed over. */
const acts: Readonly<Record<ErasureKind, (home: Platform, key: string) => Promise<unknown>>> = {
  takedown: takeDown,
  person: (home, key) => home.db.write(beginningWith(home, Number(key) as UserId, false)),
  account: (home, key) => deleteAgain(home, Number(key) as UserId),
  ban: (home, key) => disableAccount(home, Number(key) as UserId),
};

/** Carries an act out once more, on a database that came back from before it. */
export async function carryOut(home: Platform, { kind, key }: Pick<Erasure, 'kind' | 'key'>): Promise<void> {
  const known = Object.entries(acts).find(([name]) => name === kind);
  if (!known)
    throw new Error(`This version does not know how to carry out "${kind}": use the one that noted it.`);
  await known[1](home, key);
}
