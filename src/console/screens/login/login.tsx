/** @jsxImportSource hono/jsx */
import { plainCode } from '../../../core/text/code.ts';
import { clearSessionCookie, setSessionCookie } from '../../../operations/operators/cookie.ts';
import { logOut } from '../../../operations/operators/end-sessions.ts';
import { logIn } from '../../../operations/operators/log-in.ts';
import { limitOperators } from '../../../operations/operators/side.ts';
import type { Form } from '../../form-body.ts';
import { PostForm } from '../../parts/form.tsx';
import { show } from '../../parts/show.tsx';
import { ownPath, PATHS } from '../../paths.ts';
import { redirect } from '../../response.ts';
import { openScreen, ownScreen } from '../../screen.ts';
import { type Trouble, troubleOf } from '../../trouble.ts';
import type { Visit } from '../../visit.ts';

/** A page's form counts as the call for programs does, which does the same. */
const SAME_AS = '/admin/api/session';

const text = (form: Form, name: string) => form.get(name) ?? '';

/** The proof that was typed: six digits are the authenticator's, all else is a recovery code. */
export function proofIn(form: Form) {
  const typed = text(form, 'code').slice(0, 64);
  const isCode = /^\d{6}$/.test(plainCode(typed));
  return {
    password: text(form, 'password').slice(0, 512),
    ...(isCode ? { code: typed } : { recoveryCode: typed || '-' }),
  };
}

interface Asked {
  readonly visit: Visit;
  readonly name?: string;
  readonly next: string | undefined;
  readonly trouble?: Trouble;
}

const LoginForm = ({ visit, name, next, trouble }: Asked) => {
  const { words } = visit.speech;
  return (
    <PostForm
      visit={visit}
      action={PATHS.login}
      isBoosted={false}
      trouble={trouble}
      hidden={{ next }}
      button={words.logIn}
      fields={[
        { name: 'name', label: words.name, value: name, autocomplete: 'username', most: 64, isFirst: true },
        { name: 'password', label: words.password, kind: 'password', autocomplete: 'current-password' },
        {
          name: 'code',
          label: words.code,
          kind: 'code',
          hint: words.codeHint,
          autocomplete: 'one-time-code',
          most: 64,
        },
      ]}
    />
  );
};

export const loginScreen = openScreen({
  path: PATHS.login,
  get(visit) {
    const next = ownPath(visit.url.searchParams.get('next'));
    return show(visit, visit.speech.words.logIn, <LoginForm visit={visit} next={next} />);
  },
  async post(visit, form) {
    const { call, speech } = visit;
    const next = ownPath(form.get('next'));
    const name = text(form, 'name').slice(0, 64);
    try {
      await limitOperators(call, SAME_AS);
      const { secret } = await logIn(call, { name, ...proofIn(form) });
      setSessionCookie(call, secret);
      return redirect(visit, next ?? PATHS.home);
    } catch (error) {
      const trouble = troubleOf(visit, error);
      const again = <LoginForm visit={visit} name={name} next={next} trouble={trouble} />;
      return show(visit, speech.words.logIn, again, { status: trouble.status, code: trouble.reason });
    }
  },
});

export const logoutScreen = ownScreen({
  path: PATHS.logout,
  async post(visit) {
    await logOut(visit.call, visit.self);
    clearSessionCookie(visit.call);
    return redirect(visit, PATHS.login);
  },
});
