import { chinaDateText } from '../../core/china-time.ts';
import { csvText, digitsCell, textCell } from '../../operations/payouts/csv.ts';

type Row = Readonly<Record<string, unknown>>;

/** Digits that a spreadsheet would round. */
const LONG = /^\d{12,}$/;
const TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;

const textOf = (value: unknown) => {
  const text = typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '');
  return TIME.test(text) ? `${text} +08:00` : text;
};
const cellOf = (value: unknown) => {
  const text = textOf(value);
  return LONG.test(text) ? digitsCell(text) : textCell(text);
};

/** Rows as a table for a spreadsheet; times say their offset. @param titleOf how a member is called */
export function csvOf(rows: readonly Row[], titleOf: (name: string) => string): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return csvText([
    columns.map((name) => textCell(titleOf(name))),
    ...rows.map((row) => columns.map((name) => cellOf(row[name]))),
  ]);
}

/** `payouts-list-20261122-200000.csv`, Asia/Shanghai. */
export const csvName = (operation: string, now: number): string =>
  `${operation.replace('.', '-')}-${chinaDateText(now).replace(/[-:]/g, '').replace(' ', '-')}.csv`;
