import type { Operation } from '../../operations/operation.ts';
import type { Print } from '../arguments.ts';

type Cells = Readonly<Record<string, unknown>>;
const line = (cells: Cells) => Object.values(cells).join('\t');

interface ListAnswer {
  readonly rows: readonly Cells[];
  readonly total: number;
  readonly next: string | null;
}

function showList({ rows, total, next }: ListAnswer, counted: string, isSearch: boolean, print: Print) {
  for (const row of rows) print(line(row));
  const more = next === null ? '' : `; --after ${next} shows more`;
  if (isSearch && next === null) return;
  print(`${rows.length === total ? total : `${rows.length} of ${total}`} ${counted}${more}`);
}

/** One thing, a line for each member, and one for each row of a list within it. */
function showView(answer: Cells, print: Print) {
  for (const [name, value] of Object.entries(answer)) {
    if (!Array.isArray(value)) print(`${name}\t${String(value)}`);
    else
      for (const row of value)
        print(`${name}\t${typeof row === 'object' ? line(row as Cells) : String(row)}`);
  }
}

interface ManyAnswer {
  readonly count: number;
  readonly of: number;
  readonly lines: readonly Cells[];
}

function showMany({ count, of, lines }: ManyAnswer, print: Print) {
  for (const { done, why, ...cells } of lines)
    print(`${line(cells)}\t${done ? 'done' : `nothing: ${String(why)}`}`);
  print(`${count} of ${of} lines done`);
}

/** Whether an answer says that nothing came of it: then the command leaves with 1, and this is why. */
export function emptiness(operation: Operation, text: string): string | undefined {
  const answer = JSON.parse(text) as { readonly rows?: readonly unknown[]; readonly done?: boolean }; // our own
  if (operation.kind === 'list') return answer.rows?.length === 0 ? operation.whenNone : undefined;
  return operation.kind === 'many' && !answer.done ? 'Nothing was done.' : undefined;
}

const waiting = ({ approval, until }: Cells) =>
  `Nothing was done yet: it waits for a second operator until ${String(until)}.\nThey do: teahouse admin approvals approve ${String(approval)}`;

function showAs(operation: Operation, answer: unknown, print: Print) {
  // What the operation has declared.
  if (operation.kind === 'act' && (answer as Cells)['waits'] === true) print(waiting(answer as Cells));
  else if (operation.kind === 'act')
    print(operation.printed ? String((answer as Cells)[operation.printed]) : 'Done.');
  else if (operation.kind === 'list')
    showList(answer as ListAnswer, operation.counted, operation.whenNone !== undefined, print);
  else if (operation.kind === 'many') showMany(answer as ManyAnswer, print);
  else if (operation.printed) print(String((answer as Cells)[operation.printed]).replace(/\r?\n$/, ''));
  else showView(answer as Cells, print);
}

/** Shows an answer on a terminal: text for people, or with `--json` the answer as the API has it. */
export function show(operation: Operation, text: string, asJson: boolean, print: Print): void {
  if (asJson) print(text);
  else showAs(operation, JSON.parse(text), print);
}
