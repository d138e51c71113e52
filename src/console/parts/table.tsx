/** @jsxImportSource hono/jsx */
import type { Child } from 'hono/jsx';
import type { OwnVisit } from '../visit.ts';
import { Cell, isMoney } from './cell.tsx';

type Row = Readonly<Record<string, unknown>>;

/** What may be done with a row. */
export interface RowAction {
  readonly path: string;
  readonly text: string;
  /** What names it to who only hears it. */
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
      <a href={path} aria-label={name} {...(key ? { 'data-key': key } : {})}>
        {text}
        {key && key !== 'o' && <kbd>{key}</kbd>}
      </a>
    ))}
  </td>
);

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
    <div class="table">
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
