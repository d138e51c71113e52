/** @jsxImportSource hono/jsx */
import { chinaDateText } from '../../../core/china-time.ts';
import type { ListedSession } from '../../../operations/operators/session-list.ts';
import { Time } from '../../parts/cell.tsx';
import { Hidden } from '../../parts/form.tsx';
import { TokenField } from '../../parts/token-field.tsx';
import { PATHS } from '../../paths.ts';
import type { OwnVisit } from '../../visit.ts';

interface Shown {
  readonly visit: OwnVisit;
  readonly sessions: readonly ListedSession[];
  /** Whether they are several operators'. */
  readonly isOfAll?: boolean;
}

const End = ({ visit, session }: { visit: OwnVisit; session: ListedSession }) => {
  const { words } = visit.speech;
  const isThis = session.session === visit.self.session;
  if (isThis) return <>{words.thisSession}</>;
  return (
    <form method="post" action={PATHS.endSession}>
      <TokenField visit={visit} />
      <Hidden values={{ session: String(session.session), _back: visit.url.pathname }} />
      <button
        type="submit"
        class="plain"
        aria-label={`${words.endSession}: ${session.operator}, ${session.address}`}
      >
        {words.endSession}
      </button>
    </form>
  );
};

/** Live sessions, each with a button that ends it. */
export const SessionTable = ({ visit, sessions, isOfAll }: Shown) => {
  const { words } = visit.speech;
  return (
    <div class="table">
      <table>
        <caption>{sessions.length}</caption>
        <thead>
          <tr>
            {isOfAll && <th scope="col">{words.name}</th>}
            <th scope="col">{words.address}</th>
            <th scope="col">{words.browser}</th>
            <th scope="col">{words.signedInSince}</th>
            <th scope="col">{words.lastUse}</th>
            <th scope="col">{words.actions}</th>
          </tr>
        </thead>
        <tbody>
          {sessions.map((session) => (
            <tr>
              {isOfAll && <td data-label={words.name}>{session.operator}</td>}
              <td data-label={words.address}>{session.address}</td>
              <td data-label={words.browser}>{session.browser}</td>
              <td data-label={words.signedInSince}>
                <Time text={chinaDateText(session.createdAt)} />
              </td>
              <td data-label={words.lastUse}>
                <Time text={chinaDateText(session.lastUse)} />
              </td>
              <td class="actions">
                <End visit={visit} session={session} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};
