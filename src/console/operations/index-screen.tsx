/** @jsxImportSource hono/jsx */
import { rolesOf } from '../../operations/describe.ts';
import type { Operation } from '../../operations/operation.ts';
import { show } from '../parts/show.tsx';
import { PATHS, pageOf } from '../paths.ts';
import { ownScreen } from '../screen.ts';
import type { OwnVisit } from '../visit.ts';

const Entry = ({ visit, operation }: { visit: OwnVisit; operation: Operation }) => {
  const { speech } = visit;
  const { words } = speech;
  const kinds = { list: words.kindList, view: words.kindView, act: words.kindAct, many: words.kindMany };
  const roles = rolesOf(operation).map((role) => words.roles[role]);
  return (
    <li>
      <a href={pageOf(operation.name)}>{speech.label(operation)}</a> <small>{kinds[operation.kind]}</small>
      <br />
      <small>
        {speech.about(operation)} · {words.forRoles}: {roles.join(', ')}
      </small>
    </li>
  );
};

/** Everything that this operator may do, by subject. */
export const indexScreen = ownScreen({
  path: PATHS.operations,
  get(visit) {
    const { allowed, speech } = visit;
    const bySubject = Map.groupBy(allowed, ({ name }) => name.slice(0, name.indexOf('.')));
    const content = (
      <div class="index">
        {[...bySubject].map(([subject, found]) => (
          <section>
            <h2>{speech.subject(subject)}</h2>
            <ul>
              {found.map((operation) => (
                <Entry visit={visit} operation={operation} />
              ))}
            </ul>
          </section>
        ))}
      </div>
    );
    return show(visit, speech.words.everything, content);
  },
});
