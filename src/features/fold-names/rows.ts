import { fold } from '../../core/text/fold.ts';

/** Rows that one statement fills: some milliseconds of the database. */
export const CHUNK = 250;

/** A row whose name is to be folded. */
export type Named = { readonly id: number; readonly name: string };

/** The rows as the JSON that one statement takes apart: `[id, name, folded]`. */
export const foldedRows = (rows: readonly Named[]): string =>
  JSON.stringify(rows.map(({ id, name }) => [id, name, fold(name)]));
