/** @jsxImportSource hono/jsx */
import { refuse } from '../../../http/failure.ts';
import { described } from '../../../operations/describe.ts';
import type { Operation } from '../../../operations/operation.ts';
import { carryOut } from '../../carry-out.ts';
import { withoutDone } from '../../flash.ts';
import { isList, readList } from '../../operations/read-list.ts';
import { titleOf } from '../../operations/title.ts';
import { FactSheet } from '../../parts/facts.tsx';
import { show } from '../../parts/show.tsx';
import { Table } from '../../parts/table.tsx';
import { linkTo, PATHS, pageOf } from '../../paths.ts';
import { ownScreen } from '../../screen.ts';
import { mayDo, type OwnVisit } from '../../visit.ts';

/** What is done to a user, or shows more of them. */
const isAboutUser = (operation: Operation) =>
  operation.name !== 'users.show' &&
  operation.kind !== 'list' &&
  operation.operands?.[0] === 'user' &&
  'user' in operation.params;

/** Lists that can be asked about one user alone. */
const isListOfUser = (operation: Operation) =>
  operation.kind === 'list' &&
  'user' in operation.params &&
  described(operation).params.every(({ name, isOptional }) => isOptional || name === 'user');

const Links = ({ visit, user }: { visit: OwnVisit; user: string }) => {
  const { allowed, speech, url } = visit;
  const acts = allowed.filter(isAboutUser);
  const lists = allowed.filter(isListOfUser);
  const query = { user, _back: withoutDone(url) };
  if (acts.length + lists.length === 0) return null;
  return (
    <section>
      <h2>{speech.words.whatMayBeDone}</h2>
      <p class="ways">
        {acts.map((operation) => (
          <a class="button" href={linkTo(pageOf(operation.name), query)} title={speech.about(operation)}>
            {titleOf(speech, operation)}
          </a>
        ))}
        {lists.map((operation) => (
          <a href={linkTo(pageOf(operation.name), { user })}>{titleOf(speech, operation)}</a>
        ))}
      </p>
    </section>
  );
};

async function auditAbout(visit: OwnVisit, user: string) {
  const operation = mayDo(visit, 'audit.list');
  if (!isList(operation)) return null;
  const { words } = visit.speech;
  const query = { subject: 'user', number: user };
  const { rows } = await readList(visit, operation, query);
  return (
    <section>
      <h2>
        <a href={linkTo(pageOf(operation.name), query)}>{words.auditAbout}</a>
      </h2>
      {rows.length === 0 ? (
        <p class="nothing">{words.none}</p>
      ) : (
        <Table visit={visit} caption={words.auditList} rows={rows.slice(0, 20)} />
      )}
    </section>
  );
}

/** A person: their account, what may be done with it, and what operators did. */
export const personScreen = ownScreen({
  path: PATHS.person,
  async get(visit) {
    const operation = mayDo(visit, 'users.show') ?? refuse('NOT_ALLOWED');
    const user = visit.url.searchParams.get('user') ?? '';
    const { answer } = await carryOut(visit, operation, { user });
    const content = (
      <>
        <FactSheet visit={visit} facts={answer} />
        <Links visit={visit} user={user} />
        {await auditAbout(visit, user)}
      </>
    );
    const name = String(answer['name'] ?? '') || visit.speech.value('user');
    return show(visit, `${name} · ${user}`, content);
  },
});
