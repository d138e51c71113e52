/** @jsxImportSource hono/jsx */
import type { OperatorSessionId } from '../../../core/ids.ts';
import { refuse } from '../../../http/failure.ts';
import { changePassword, renewRecoveryCodes } from '../../../operations/operators/change-password.ts';
import { endOtherSessions, endSession } from '../../../operations/operators/end-sessions.ts';
import { limitOperators } from '../../../operations/operators/side.ts';
import { show } from '../../parts/show.tsx';
import { ownPath, PATHS } from '../../paths.ts';
import { redirect } from '../../response.ts';
import { ownScreen } from '../../screen.ts';
import { troubleOf } from '../../trouble.ts';
import { RecoveryCodes } from '../invitation/invitation.tsx';
import { proofIn } from '../login/login.tsx';
import { accountPage } from './account.tsx';

export const passwordScreen = ownScreen({
  path: PATHS.password,
  async get(visit) {
    return redirect(visit, PATHS.account);
  },
  async post(visit, form) {
    const { call, self, speech } = visit;
    const { words } = speech;
    const newPassword = (form.get('newPassword') ?? '').slice(0, 512);
    try {
      if (newPassword !== form.get('again')) {
        const trouble = {
          reason: 'INVALID_PARAMETER',
          status: 422,
          text: words.notTheSame,
          member: 'again',
        } as const;
        return await accountPage(visit, { form: 'password', trouble });
      }
      await limitOperators(call, '/admin/api/session/password');
      await changePassword(call, self, { ...proofIn(form), newPassword });
      return await accountPage(visit, undefined, words.passwordChanged);
    } catch (error) {
      return accountPage(visit, { form: 'password', trouble: troubleOf(visit, error) });
    }
  },
});

export const recoveryScreen = ownScreen({
  path: PATHS.recoveryCodes,
  async get(visit) {
    return redirect(visit, PATHS.account);
  },
  async post(visit, form) {
    const { call, self, speech } = visit;
    try {
      await limitOperators(call, '/admin/api/session/recovery-codes');
      const codes = await renewRecoveryCodes(call, self, proofIn(form));
      return await show(visit, speech.words.renewCodes, <RecoveryCodes visit={visit} codes={codes} />);
    } catch (error) {
      return accountPage(visit, { form: 'recovery', trouble: troubleOf(visit, error) });
    }
  },
});

/** Ends one session, or all others of one's own. An owner ends anybody's. */
export const endSessionScreen = ownScreen({
  path: PATHS.endSession,
  async get(visit) {
    return redirect(visit, PATHS.account);
  },
  async post(visit, form) {
    const { call, self } = visit;
    const back = ownPath(form.get('_back')) ?? PATHS.account;
    if (form.get('others') === 'true') {
      await endOtherSessions(call, self);
      return redirect(visit, back);
    }
    const text = form.get('session') ?? '';
    if (!/^[1-9]\d{0,15}$/.test(text)) refuse('NO_SUCH_SESSION');
    const session = Number(text) as OperatorSessionId; // looked up in SQL
    if ((await endSession(call, self, session)) === 0) refuse('NO_SUCH_SESSION');
    return redirect(visit, back);
  },
});
