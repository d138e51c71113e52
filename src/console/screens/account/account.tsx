/** @jsxImportSource hono/jsx */
import { selfView } from '../../../operations/operators/self.ts';
import { listSessions } from '../../../operations/operators/session-list.ts';
import { Time } from '../../parts/cell.tsx';
import { PostForm } from '../../parts/form.tsx';
import { Good } from '../../parts/message.tsx';
import { show } from '../../parts/show.tsx';
import { PATHS } from '../../paths.ts';
import { ownScreen } from '../../screen.ts';
import type { Trouble } from '../../trouble.ts';
import type { OwnVisit } from '../../visit.ts';
import { SessionTable } from './session-table.tsx';

/** What went wrong, and with which of the page's forms. */
interface OfForm {
  readonly form: 'password' | 'recovery';
  readonly trouble: Trouble;
}

const proofFields = ({ speech: { words } }: OwnVisit) =>
  [
    {
      name: 'password',
      label: words.presentPassword,
      kind: 'password',
      autocomplete: 'current-password',
    },
    {
      name: 'code',
      label: words.code,
      kind: 'code',
      hint: words.codeHint,
      autocomplete: 'one-time-code',
      most: 64,
    },
  ] as const;

const PasswordForm = ({ visit, trouble }: { visit: OwnVisit; trouble: Trouble | undefined }) => {
  const { words } = visit.speech;
  const atField = trouble?.reason === 'WEAK_PASSWORD' ? { ...trouble, member: 'newPassword' } : trouble;
  return (
    <section>
      <h2>{words.changePassword}</h2>
      <p>{words.changePasswordAbout}</p>
      <PostForm
        visit={visit}
        action={PATHS.password}
        button={words.changePassword}
        trouble={atField}
        isBoosted={false}
        fields={[
          ...proofFields(visit),
          {
            name: 'newPassword',
            label: words.newPassword,
            kind: 'password',
            hint: words.passwordRule,
            autocomplete: 'new-password',
          },
          { name: 'again', label: words.passwordAgain, kind: 'password', autocomplete: 'new-password' },
        ]}
      />
    </section>
  );
};

const RecoveryForm = ({ visit, trouble }: { visit: OwnVisit; trouble: Trouble | undefined }) => {
  const { words } = visit.speech;
  return (
    <section>
      <h2>{words.renewCodes}</h2>
      <p>{words.renewCodesAbout}</p>
      <PostForm
        visit={visit}
        action={PATHS.recoveryCodes}
        button={words.renewCodes}
        trouble={trouble}
        isBoosted={false}
        idPrefix="r"
        fields={proofFields(visit)}
      />
    </section>
  );
};

/** An operator's own account. */
export async function accountPage(visit: OwnVisit, wrong?: OfForm, good?: string) {
  const { call, self, speech } = visit;
  const { words } = speech;
  const [found, sessions] = await Promise.all([
    selfView(call, self),
    listSessions(call.db, call.clock.now(), self.id),
  ]);
  const content = (
    <>
      {good && <Good>{good}</Good>}
      <dl class="facts">
        <div>
          <dt>{words.name}</dt>
          <dd>{self.name}</dd>
        </div>
        <div>
          <dt>{words.role}</dt>
          <dd>{words.roles[self.role]}</dd>
        </div>
        <div>
          <dt>{words.sessionUntil}</dt>
          <dd>
            <Time text={found.session.until} />
          </dd>
        </div>
        <div>
          <dt>{words.recoveryCodes}</dt>
          <dd>{words.codesLeft(found.recoveryCodesLeft)}</dd>
        </div>
      </dl>
      <section>
        <h2>{words.sessions}</h2>
        <SessionTable visit={visit} sessions={sessions} />
      </section>
      <PasswordForm visit={visit} trouble={wrong?.form === 'password' ? wrong.trouble : undefined} />
      <RecoveryForm visit={visit} trouble={wrong?.form === 'recovery' ? wrong.trouble : undefined} />
    </>
  );
  const answering = wrong ? { status: wrong.trouble.status, code: wrong.trouble.reason } : {};
  return show(visit, words.account, content, answering);
}

export const accountScreen = ownScreen({ path: PATHS.account, get: (visit) => accountPage(visit) });
