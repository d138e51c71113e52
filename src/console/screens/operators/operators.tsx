/** @jsxImportSource hono/jsx */
import { refuse } from '../../../http/failure.ts';
import { listSessions } from '../../../operations/operators/session-list.ts';
import { ListTable } from '../../operations/list.tsx';
import { isList, readLists } from '../../operations/read-list.ts';
import { show } from '../../parts/show.tsx';
import { PATHS } from '../../paths.ts';
import { ownScreen } from '../../screen.ts';
import { mayDo } from '../../visit.ts';
import { SessionTable } from '../account/session-table.tsx';

/** Who is an operator, which programs have a token, and who is logged in now. */
export const operatorsScreen = ownScreen({
  path: PATHS.operators,
  async get(visit) {
    const { call, speech, self } = visit;
    const lists = ['operators.list', 'tokens.list'].map((name) => mayDo(visit, name)).filter(isList);
    if (lists.length === 0) refuse('NOT_ALLOWED');
    const found = await readLists(visit, lists);
    const sessions = self.role === 'owner' ? await listSessions(call.db, call.clock.now()) : [];
    const content = (
      <>
        {found.map(({ operation, page }) => (
          <section>
            <h2>{speech.subject(operation.name.slice(0, operation.name.indexOf('.')))}</h2>
            <ListTable visit={visit} operation={operation} page={page} isPart />
          </section>
        ))}
        {sessions.length > 0 && (
          <section>
            <h2>{speech.words.sessions}</h2>
            <SessionTable visit={visit} sessions={sessions} isOfAll />
          </section>
        )}
      </>
    );
    return show(visit, speech.words.operators, content);
  },
});
