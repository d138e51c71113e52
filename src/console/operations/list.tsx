/** @jsxImportSource hono/jsx */
import type { Answered } from '../../http/reply.ts';
import { described } from '../../operations/describe.ts';
import type { ListOperation } from '../../operations/operation.ts';
import { withoutDone } from '../flash.ts';
import { FieldRow } from '../parts/field.tsx';
import { Bad } from '../parts/message.tsx';
import { show } from '../parts/show.tsx';
import { Table } from '../parts/table.tsx';
import { linkTo, pageOf } from '../paths.ts';
import { download } from '../response.ts';
import { ownScreen } from '../screen.ts';
import { type Trouble, troubleOf } from '../trouble.ts';
import type { OwnVisit } from '../visit.ts';
import { csvName, csvOf } from './csv.ts';
import { fieldsOf, givenOf } from './page-fields.ts';
import { type ListPage, readList } from './read-list.ts';
import { besideRows, rowActions } from './row-actions.ts';
import { titleOf } from './title.ts';

interface Listed {
  readonly visit: OwnVisit;
  readonly operation: ListOperation;
}

/** Asks which rows of a list are wanted. */
export const Filter = ({
  visit,
  operation,
  trouble,
  idPrefix,
  action = pageOf(operation.name),
}: Listed & {
  trouble?: Trouble | undefined;
  /** Where the page has another one. */
  idPrefix?: string;
  /** The page that shows the rows, where it is another one than the operation's. */
  action?: string;
}) => {
  const { speech, url } = visit;
  const valueIn = (name: string) => (idPrefix ? undefined : (url.searchParams.get(name) ?? undefined));
  const fields = fieldsOf(operation, speech, valueIn);
  if (fields.length === 0) return <Bad trouble={trouble} />;
  const isAtField = fields.some(({ name }) => name === trouble?.member);
  return (
    <form method="get" action={action} class="filter">
      {!isAtField && <Bad trouble={trouble} />}
      {fields.map((field) => (
        <FieldRow
          field={field}
          words={speech.words}
          idPrefix={idPrefix}
          trouble={trouble && trouble.member === field.name ? trouble : undefined}
        />
      ))}
      <button type="submit" class="main">
        {speech.words.filter}
      </button>
    </form>
  );
};

/** What may be done beside the rows; on a page with others, what makes something or is a file of it. */
const Beside = ({ visit, operation, isPart }: Listed & { isPart: boolean | undefined }) => {
  const makes = ({ kind, printed }: { kind: string; printed?: string | undefined }) =>
    kind !== 'view' || printed === 'csv';
  const found = besideRows(visit, operation).filter((other) => !isPart || makes(other));
  if (found.length === 0) return null;
  return (
    <p class="ways">
      {found.map((other) => (
        <a class="button" href={linkTo(pageOf(other.name), { _back: withoutDone(visit.url) })}>
          {visit.speech.label(other)}
        </a>
      ))}
    </p>
  );
};

/** A page of a list as a table, with the ways on. */
export const ListTable = ({
  visit,
  operation,
  page,
  given = {},
  isPart,
}: Listed & {
  page: ListPage;
  given?: Readonly<Record<string, unknown>>;
  /** True where it stands on a page with others, which has no ways on of its own. */
  isPart?: boolean;
}) => {
  const { speech, url } = visit;
  const { words } = speech;
  const path = pageOf(operation.name);
  const query = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]));
  const counted = speech.language === 'en' ? `${page.total} ${operation.counted}` : `共 ${page.total} 条`;
  const beside = <Beside visit={visit} operation={operation} isPart={isPart} />;
  if (page.rows.length === 0)
    return (
      <>
        {beside}
        <p class="nothing">{words.none}</p>
      </>
    );
  return (
    <>
      {beside}
      <Table visit={visit} caption={counted} rows={page.rows} actionsOf={rowActions(visit, operation)} />
      {!isPart && (
        <p class="ways">
          {url.searchParams.get('after') && <a href={linkTo(path, query)}>{words.firstPage}</a>}
          {page.next && (
            <a rel="next" href={linkTo(path, { ...query, after: page.next })}>
              {words.nextPage}
            </a>
          )}
          <a
            download
            href={linkTo(path, { ...query, after: url.searchParams.get('after') ?? '', _csv: '1' })}
          >
            {words.asCsv}
          </a>
        </p>
      )}
    </>
  );
};

const isAsked = (operation: ListOperation, given: Readonly<Record<string, unknown>>) =>
  described(operation).params.every(({ name, isOptional }) => isOptional || name in given);

async function answer(visit: OwnVisit, operation: ListOperation): Promise<Answered> {
  const { url, speech, call } = visit;
  const title = titleOf(speech, operation);
  const given = givenOf(operation, (name) => url.searchParams.get(name));
  const about = <p class="about">{speech.about(operation)}</p>;
  const filter = (trouble?: Trouble) => (
    <>
      {about}
      <Filter visit={visit} operation={operation} trouble={trouble} />
    </>
  );
  if (!isAsked(operation, given)) return show(visit, title, filter());
  try {
    const page = await readList(visit, operation, given, url.searchParams.get('after') ?? undefined);
    if (url.searchParams.has('_csv'))
      return download(visit, csvOf(page.rows, speech.member), csvName(operation.name, call.clock.now()));
    const content = (
      <>
        {filter()}
        <ListTable visit={visit} operation={operation} page={page} given={given} />
      </>
    );
    return await show(visit, title, content);
  } catch (error) {
    const trouble = troubleOf(visit, error);
    return show(visit, title, filter(trouble), { status: trouble.status, code: trouble.reason });
  }
}

/** The page of a list: a filter of its parameters, its rows by key, and what may be done with each. */
export const listScreen = (operation: ListOperation) =>
  ownScreen({ path: pageOf(operation.name), get: (visit) => answer(visit, operation) });
