/** @jsxImportSource hono/jsx */
import { raw } from 'hono/html';
import encodeQR from 'qr';
import { refuse } from '../../../http/failure.ts';
import { setSessionCookie } from '../../../operations/operators/cookie.ts';
import {
  confirmFirstLogin,
  type Prepared,
  prepareFirstLogin,
} from '../../../operations/operators/first-login.ts';
import { limitOperators } from '../../../operations/operators/side.ts';
import { PostForm } from '../../parts/form.tsx';
import { show } from '../../parts/show.tsx';
import { linkTo, PATHS } from '../../paths.ts';
import { redirect } from '../../response.ts';
import { openScreen } from '../../screen.ts';
import { type Trouble, troubleOf } from '../../trouble.ts';
import type { Visit } from '../../visit.ts';

const SAME_AS = '/admin/api/invitation';

interface Asked {
  readonly visit: Visit;
  readonly invitation: string;
  readonly trouble?: Trouble | undefined;
}

const ChoosePassword = ({ visit, invitation, trouble }: Asked) => {
  const { words } = visit.speech;
  const atField = trouble?.reason === 'WEAK_PASSWORD' ? { ...trouble, member: 'password' } : trouble;
  return (
    <>
      <p class="about">{words.invitationAbout}</p>
      <PostForm
        visit={visit}
        action={PATHS.invitation}
        isBoosted={false}
        trouble={atField}
        hidden={{ code: invitation }}
        button={words.next}
        fields={[
          {
            name: 'password',
            label: words.newPassword,
            kind: 'password',
            hint: words.passwordRule,
            autocomplete: 'new-password',
            isFirst: true,
          },
          {
            name: 'again',
            label: words.passwordAgain,
            kind: 'password',
            autocomplete: 'new-password',
          },
        ]}
      />
    </>
  );
};

const Confirm = ({ visit, invitation, trouble }: Asked) => {
  const { words } = visit.speech;
  const isCodes = trouble?.reason === 'WRONG_CODE';
  return (
    <PostForm
      visit={visit}
      action={PATHS.confirm}
      isBoosted={false}
      trouble={trouble && isCodes ? { ...trouble, member: 'confirm' } : trouble}
      hidden={{ code: invitation }}
      button={words.finish}
      fields={[
        {
          name: 'confirm',
          label: words.codeOfApp,
          kind: 'code',
          hint: words.codeOfAppHint,
          autocomplete: 'one-time-code',
          most: 12,
        },
      ]}
    >
      <a href={linkTo(PATHS.invitation, { code: invitation })}>{words.startAgain}</a>
    </PostForm>
  );
};

/** Recovery codes, which are shown this once. */
export const RecoveryCodes = ({ visit, codes }: { visit: Visit; codes: readonly string[] }) => (
  <section>
    <h2>{visit.speech.words.recoveryCodes}</h2>
    <p>{visit.speech.words.recoveryAbout}</p>
    <ul class="codes">
      {codes.map((code) => (
        <li>
          <code>{code}</code>
        </li>
      ))}
    </ul>
  </section>
);

const Secrets = ({ visit, invitation, prepared }: Asked & { prepared: Prepared }) => {
  const { words } = visit.speech;
  return (
    <>
      <p class="about">{words.scanAbout}</p>
      <div class="qr" role="img" aria-label={words.qrAlt}>
        {raw(encodeQR(prepared.otpauth, 'svg', { ecc: 'medium', border: 4 }))}
      </div>
      <p>
        {words.secret}: <code class="secret">{prepared.secret}</code>
      </p>
      <RecoveryCodes visit={visit} codes={prepared.recoveryCodes} />
      <p>{words.confirmAbout}</p>
      <Confirm visit={visit} invitation={invitation} />
    </>
  );
};

/** The first login: whoever has the link chooses a password, scans a secret, and proves that they have it. */
export const invitationScreen = openScreen({
  path: PATHS.invitation,
  get(visit) {
    const invitation = visit.url.searchParams.get('code') ?? '';
    const content = <ChoosePassword visit={visit} invitation={invitation} />;
    return show(visit, visit.speech.words.invitationTitle, content);
  },
  async post(visit, form) {
    const { call, speech } = visit;
    const { words } = speech;
    const invitation = (form.get('code') ?? '').slice(0, 128);
    const password = (form.get('password') ?? '').slice(0, 512);
    const ask = (trouble: Trouble) =>
      show(
        visit,
        words.invitationTitle,
        <ChoosePassword visit={visit} invitation={invitation} trouble={trouble} />,
        { status: trouble.status, code: trouble.reason },
      );
    if (password !== form.get('again'))
      return ask({ reason: 'INVALID_PARAMETER', status: 422, text: words.notTheSame, member: 'again' });
    try {
      await limitOperators(call, SAME_AS);
      const prepared = await prepareFirstLogin(call, invitation, password);
      const content = <Secrets visit={visit} invitation={invitation} prepared={prepared} />;
      return await show(visit, words.scanTitle, content);
    } catch (error) {
      return ask(troubleOf(visit, error));
    }
  },
});

export const confirmScreen = openScreen({
  path: PATHS.confirm,
  async get(visit) {
    return redirect(visit, PATHS.login);
  },
  async post(visit, form) {
    const { call, speech } = visit;
    const invitation = (form.get('code') ?? '').slice(0, 128);
    const code = (form.get('confirm') ?? '').slice(0, 64);
    try {
      await limitOperators(call, SAME_AS);
      const { secret } = await confirmFirstLogin(call, invitation, code || refuse('WRONG_CODE'));
      setSessionCookie(call, secret);
      return redirect(visit, PATHS.home);
    } catch (error) {
      const trouble = troubleOf(visit, error);
      const content = <Confirm visit={visit} invitation={invitation} trouble={trouble} />;
      return show(visit, speech.words.scanTitle, content, { status: trouble.status, code: trouble.reason });
    }
  },
});
