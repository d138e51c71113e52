/** Excel and others take a cell that begins so for a formula, whatever is meant. */
const FORMULA = /^[=+\-@\t\r\n|%]/;

/**
 * A cell with a text of strangers: never a formula, whichever program opens it.
 */
export const textCell = (text: string): string => {
  const oneLine = text.replace(/[\r\n\t]+/g, ' ');
  return quoted(FORMULA.test(oneLine.trimStart()) ? `'${oneLine}` : oneLine);
};

/** A cell of many digits, of which no program makes a number and loses the last: a tab stands before them. */
export const digitsCell = (digits: string): string => quoted(`\t${digits}`);

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

/** A table as Excel reads it: UTF-8 with its mark, lines with CR and LF. */
export const csvText = (lines: readonly (readonly string[])[]): string =>
  `\uFEFF${lines.map((cells) => cells.join(',')).join('\r\n')}\r\n`;

/** A part of a table's text: a cell, and what stands behind it. */
const CELL = /(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|\r?\n|\r|$)/y;

/**
 * The cells of a table, each line a list; undefined where the text is none (a quote that is not closed). Linear in the
 * text. A line without anything is left out.
 */
export function readCsv(text: string): string[][] | undefined {
  const lines: string[][] = [];
  let line: string[] = [];
  CELL.lastIndex = text.startsWith('\uFEFF') ? 1 : 0;
  while (CELL.lastIndex < text.length) {
    const found = CELL.exec(text);
    if (!found) return undefined;
    const [, inQuotes, bare = '', behind] = found;
    line.push((inQuotes?.replaceAll('""', '"') ?? bare).trim());
    if (behind === ',') continue;
    if (line.some((cell) => cell !== '')) lines.push(line);
    line = [];
  }
  if (line.some((cell) => cell !== '')) lines.push(line);
  return lines;
}
