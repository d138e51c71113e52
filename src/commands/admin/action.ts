import { chinaDateText } from '../../core/china-time.ts';
import type { Id, UserId } from '../../core/ids.ts';
import { LIST_SIZE } from '../../core/operator-page.ts';
import { Problem } from '../../core/problem.ts';
import { withoutMisplaced } from '../../core/text/hidden.ts';
import type { BunHome } from '../../homes/bun/home.ts';
import { type Arguments, Misused, type Print, type Shape } from '../arguments.ts';

/** One thing that an operator may do: `teahouse admin SUBJECT ACTION …`. */
export interface Action extends Shape {
  readonly about: string;
  run(home: BunHome, args: Arguments, print: Print): Promise<void>;
}

/** An action that changed nothing, and why: the command leaves with 1. */
export class NothingDone extends Problem {
  override readonly name = 'NothingDone';
}

/** The number of something. An operator's word: the statement looks it up. */
export function numberOf<Kind extends Id<string>>(what: string, text: string | undefined, hint = ''): Kind {
  if (text && /^[1-9]\d{0,15}$/.test(text)) return Number(text) as Kind;
  throw new Problem(`Give the ${what}’s number.${hint}`);
}

export const userOf = (text: string | undefined): UserId =>
  numberOf<UserId>('user', text, ' "teahouse admin users find MOBILE" tells it.');

/** What a user has written, where a terminal takes it for text alone: no control characters, no line ends. */
export const onOneLine = (text: string): string => withoutMisplaced(text.replace(/\p{Cc}+/gu, ' '));

/** What stands for a text that DATA_KEY does not open. */
export const UNREADABLE = '(sealed under another DATA_KEY)';

/** Rows of a list, by the names that their columns have in JSON. */
export type Row = Readonly<Record<string, string | number>>;

/** A time as a list shows it. */
export const timeText = chinaDateText;

const LIST_OPTIONS = { json: 'boolean', page: 'string' } as const;

function pageOf(args: Arguments, usage: string): number {
  const text = args.value('page') ?? '1';
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new Misused('--page takes a whole number from 1 on.', usage);
  return Number(text);
}

/** How many are shown, of how many. */
function countText(shown: number, total: number, page: number): string {
  if (shown === total) return `${total} waiting`;
  const more = page * LIST_SIZE < total ? `; --page ${page + 1} shows more` : '';
  return `${shown} of ${total} waiting${more}`;
}

/**
 * The action that lists what waits, a line of columns each, and says how many there are; `--json` prints one object.
 * @param read the rows of a page, and how many rows there are in all
 */
export function listing(
  subject: string,
  about: string,
  read: (home: BunHome, page: number) => Promise<readonly [rows: readonly Row[], total: number]>,
): Action {
  const usage = `admin ${subject} list [--page N] [--json]`;
  return {
    usage,
    about,
    options: LIST_OPTIONS,
    async run(home, args, print) {
      const page = pageOf(args, usage);
      const [rows, total] = await read(home, page);
      if (args.has('json')) return print(JSON.stringify({ total, page, rows }));
      for (const row of rows) print(Object.values(row).join('\t'));
      print(countText(rows.length, total, page));
    },
  };
}
