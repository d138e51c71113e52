import { Problem } from '../../core/problem.ts';
import { sqlSplitter } from './sql-splitter.ts';

/** What a dump says of the rows of one table. */
export type TakeInsert = (table: string, statement: string) => void;

const INSERT = /^INSERT\b/i;
const INTO = /^INSERT\s+INTO\s+(?:(?<quote>["'`])(?<quoted>\w+)\k<quote>|(?<bare>\w+))\s*(?:\(|VALUES\b)/i;

/** A string of the dump may hold the character NUL as it is, at which SQLite would stop reading. */
const withoutNul = (statement: string) => statement.replaceAll('\0', "'||char(0)||'");

const decoder = () => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads what `.dump` of SQLite's shell and `GET /dump` of a libSQL server write, of which only the rows are taken.
 * Of a virtual table the server writes SQL that cannot be run, because quotes within it are not escaped. Holds one
 * statement at a time. Throws `Problem` where the dump is not whole: its last statement is COMMIT.
 * @param take gets each INSERT and the name of its table, in their order
 */
export async function readDump(chunks: AsyncIterable<Uint8Array>, take: TakeInsert): Promise<void> {
  let last = '';
  const splitter = sqlSplitter((statement) => {
    last = statement.slice(0, 10);
    if (!INSERT.test(statement)) return;
    const { quoted, bare } = INTO.exec(statement)?.groups ?? {};
    const table = quoted ?? bare;
    if (!table) throw new Problem(`The dump has an INSERT of an unknown kind: ${statement.slice(0, 60)}`);
    take(table, withoutNul(statement));
  });
  const utf8 = decoder();
  for await (const chunk of chunks) splitter.feed(utf8.decode(chunk, { stream: true }));
  splitter.feed(utf8.decode());
  if (splitter.end() !== '' || !/^COMMIT\b/i.test(last)) throw new Problem('The dump has no end.');
}
