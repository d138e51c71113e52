/** @jsxImportSource hono/jsx */
import type { Operation } from '../../operations/operation.ts';
import { Bad } from '../parts/message.tsx';
import { linkTo, pageOf } from '../paths.ts';
import { troubleOf } from '../trouble.ts';
import { mayDo, type OwnVisit } from '../visit.ts';
import { ListTable } from './list.tsx';
import { isList, readList } from './read-list.ts';
import { titleOf } from './title.ts';

/** Lists whose own name says no more than what they are lists of. */
const PLAIN = /\.(?:find|list)$/;

/** `Groups`, or `Ledger · Checks`. */
const headingOf = ({ speech }: OwnVisit, { name }: Pick<Operation, 'name'>) =>
  PLAIN.test(name) && !SHARED.includes(name)
    ? speech.subject(name.slice(0, name.indexOf('.')))
    : titleOf(speech, { name });

/** Lists of a part of their subject. */
const SHARED = ['messages.list', 'moments.list'];

/** So many rows of a list stand on a page with others. */
const SHOWN = 20;

/**
 * A list as a part of a page: its first rows, what may be done with each, and a way to all of it. Null where this
 * operator may not see it.
 */
export async function listSection(
  visit: OwnVisit,
  name: string,
  given: Readonly<Record<string, string>> = {},
  most = SHOWN,
) {
  const operation = mayDo(visit, name);
  if (!isList(operation)) return null;
  const { speech } = visit;
  const path = linkTo(pageOf(name), given);
  const heading = (
    <h2>
      <a href={path}>{headingOf(visit, operation)}</a>
    </h2>
  );
  try {
    const page = await readList(visit, operation, given);
    const rows = page.rows.slice(0, most);
    return (
      <section>
        {heading}
        <ListTable visit={visit} operation={operation} page={{ ...page, rows, next: null }} isPart />
        {page.total > rows.length && (
          <p class="ways">
            <a href={path}>{speech.words.showAll(page.total)}</a>
          </p>
        )}
      </section>
    );
  } catch (error) {
    return (
      <section>
        {heading}
        <Bad trouble={troubleOf(visit, error)} />
      </section>
    );
  }
}

/** What operators did to something, newest first; null for those who may not read the audit. */
export const auditSection = (visit: OwnVisit, subject: string, number: string) =>
  listSection(visit, 'audit.list', { subject, number });
