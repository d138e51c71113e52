import type { OfficialNoticeId } from '../../core/ids.ts';
import { findAccounts } from '../../features/accounts/find.ts';
import { notifying } from '../../features/announcements/notify.ts';
import { operation } from '../operation.ts';
import { lines } from '../params.ts';
import { userNumber } from '../users/number.ts';

export const send = operation({
  name: 'notices.send',
  roles: ['support', 'moderator'],
  subject: 'notice',
  about: 'says something to one person from the official account',
  params: { user: userNumber, text: lines('text', 2000) },
  operands: ['user', 'text'],
  needsReason: true,
  danger: true,
  async run(home, { user, text }) {
    const id = home.ids.next<OfficialNoticeId>();
    return {
      on: id,
      batch: notifying(home, id, user, text),
      marks: ['noted'],
      after: { user, text },
      async whyNot() {
        const isKnown = (await findAccounts(home.db, String(user))).some((found) => found.id === user);
        return isKnown ? `User ${user} is disabled.` : `There is no user ${user}.`;
      },
    };
  },
});
