/**
 * `bun bench/large/statistics.ts FILE > test/fixtures/large-statistics.txt`: the numbers that ANALYZE finds in a database
 * that `seed.ts` made, a line each: table, index, rows and how many of them have the same first columns. A test plans
 * every statement by them.
 */
import { Database } from 'bun:sqlite';

const [file] = process.argv.slice(2);
if (!file) throw new Error('Which file?');
const database = new Database(file);
database.run('ANALYZE');
const rows = database
  .query<{ tbl: string; idx: string | null; stat: string }, []>(
    "SELECT tbl, idx, stat FROM sqlite_stat1 WHERE tbl NOT GLOB '_*' AND tbl NOT GLOB '*_search*' ORDER BY tbl, idx",
  )
  .all();
process.stdout.write(rows.map(({ tbl, idx, stat }) => `${tbl}|${idx ?? ''}|${stat}\n`).join(''));
database.close();
