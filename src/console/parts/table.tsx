/** @jsxImportSource hono/jsx */
import type { Child } from 'hono/jsx';
import type { OwnVisit } from '../visit.ts';
import { Cell, isMoney } from './cell.tsx';

type Row = Readonly<Record<string, unknown>>;

/** What may be done with a row. */
export interface RowAction {
  readonly path: string;
  readonly text: string;
  /** The row, for whoever only hears the link. */
  readonly name: string;
  /** The key that does it while the row has the focus. */
  readonly key?: string | undefined;
}

interface Shown {
  readonly visit: OwnVisit;
  readonly caption: Child;
  readonly rows: readonly Row[];
  readonly actionsOf?: (row: Row) => readonly RowAction[];
}

const columnsOf = (rows: readonly Row[]) => [...new Set(rows.flatMap((row) => Object.keys(row)))];

const Actions = ({ actions }: { actions: readonly RowAction[] }) => (
  <td class="actions">
    {actions.map(({ path, text, name, key }) => (
      <a href={path} {...(key ? { 'data-key': key } : {})}>
        {text}
        <span class="unseen"> {name}</span>
        {key && key !== 'o' && <kbd>{key}</kbd>}
      </a>
    ))}
  </td>
);

/** It may be wider than its place: whoever has only a keyboard moves it with the arrows. */
const SCROLLED = { tabindex: 0 };

/** Rows as a table; on a narrow screen each row is a card. */
export const Table = ({ visit, caption, rows, actionsOf }: Shown) => {
  const { speech } = visit;
  const columns = columnsOf(rows).map((name) => ({
    name,
    title: speech.member(name),
    side: isMoney(name) ? 'end' : undefined,
  }));
  const actions = rows.map((row) => actionsOf?.(row) ?? []);
  const hasActions = actions.some((found) => found.length > 0);
  return (
    <div class="table" {...SCROLLED}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ title, side }) => (
              <th scope="col" class={side}>
                {title}
              </th>
            ))}
            {hasActions && <th scope="col">{speech.words.actions}</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr {...(hasActions ? { tabindex: -1, 'data-row': true } : {})}>
              {columns.map(({ name, title, side }) => (
                <td class={side} data-label={title}>
                  <Cell visit={visit} name={name} value={row[name]} />
                </td>
              ))}
              {hasActions && <Actions actions={actions[i] ?? []} />}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};
