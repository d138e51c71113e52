import {
  countIdentities,
  decideIdentity,
  identityState,
  waitingIdentities,
} from '../../features/identity/review.ts';
import { type Action, listing, NothingDone, onOneLine, timeText, UNREADABLE, userOf } from './action.ts';

const STATES = ['waits', 'is confirmed already', 'was rejected already'];

const deciding = (name: string, about: string, confirmed: boolean): Action => ({
  usage: `admin identity ${name} USER`,
  about,
  operands: [1, 1],
  async run({ platform: { db, clock } }, { operands: [text] }, print) {
    const user = userOf(text);
    if (await decideIdentity(db, user, confirmed, clock.now())) return print('Done.');
    const state = await identityState(db, user);
    throw new NothingDone(
      state === undefined
        ? `User ${user} has handed nothing in.`
        : `The request of user ${user} ${STATES[state] ?? 'does not wait'}.`,
    );
  },
});

export const identity: Readonly<Record<string, Action>> = {
  list: listing(
    'identity',
    'who waits to be confirmed: user, name, ID number, since when',
    async ({ platform: { db, keys } }, page) => {
      const rows = (await waitingIdentities(db, keys.data, page)).map(
        ({ userId, name, idNo, submittedAt }) => ({
          user: userId,
          name: name === undefined ? UNREADABLE : onOneLine(name),
          idNumber: idNo ?? UNREADABLE,
          since: timeText(submittedAt),
        }),
      );
      return [rows, await countIdentities(db)];
    },
  ),
  approve: deciding('approve', 'the name and the number are right', true),
  reject: deciding('reject', 'they are not; the user may hand them in once more', false),
};
