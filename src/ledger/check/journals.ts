import { sql } from 'drizzle-orm';
import { bills, journalLines, journals, postings } from '../../../db/schema/ledger.ts';
import type { Db } from '../../platform/database/db.ts';
import { p, prepareRead } from '../../platform/database/query.ts';
import { ACCOUNT } from '../accounts.ts';
import { CORRECTIONS } from '../journal.ts';
import type { Finding } from '../reconcile.ts';
import { nextStage, type Progress, type Stepped } from './progress.ts';

/** Journals of one step: some milliseconds. */
const AT_ONCE = 250;

type Behind = { readonly after: number };
const page = sql`(SELECT id, kind FROM ${journals} WHERE id > ${p('after')} ORDER BY id LIMIT ${sql.raw(String(AT_ONCE))})`;

const journalsOf = prepareRead<Behind, { id: number; kind: string }>(sql`SELECT id, kind FROM ${page}`, [
  'id',
  'kind',
]);
type Line = {
  readonly journal: number;
  readonly line: number;
  readonly from: number;
  readonly to: number;
  readonly amount: number;
  readonly postings: number;
  readonly right: number;
};
const postingsOf = (what: ReturnType<typeof sql>) =>
  sql`(SELECT count(*) FROM ${postings} AS x WHERE x.line_id = l.id AND ${what})`;
const linesOf = prepareRead<Behind, Line>(
  sql`SELECT l.journal_id, l.id, l.debit_account, l.credit_account, l.amount, ${postingsOf(sql`1`)},
      ${postingsOf(sql`(x.account_id = l.debit_account AND x.amount = -l.amount
        OR x.account_id = l.credit_account AND x.amount = l.amount)`)}
    FROM ${page} AS j CROSS JOIN ${journalLines} AS l ON l.journal_id = j.id`,
  ['journal', 'line', 'from', 'to', 'amount', 'postings', 'right'],
);
const billOf = (account: string) =>
  sql`SELECT b.user_id, b.journal_id, b.amount * b.direction FROM ${page} AS j CROSS JOIN ${journalLines} AS l ON l.journal_id = j.id
    CROSS JOIN ${bills} AS b ON b.user_id = ${sql.raw(`l.${account}`)} AND b.journal_id = j.id`;
/** Some of them twice. */
const billsOf = prepareRead<Behind, { user: number; journal: number; amount: number }>(
  sql`${billOf('debit_account')} UNION ALL ${billOf('credit_account')}`,
  ['user', 'journal', 'amount'],
);

const OPERATORS: readonly number[] = [ACCOUNT.adjustments, ACCOUNT.seized];
const key = (user: number, journal: number) => `${user} ${journal}`;

function lineFindings(line: Line, kind: string): Finding[] {
  const findings: Finding[] = [];
  if (line.postings !== 2 || line.right !== 2)
    findings.push({
      check: 'each line has its two postings and no other',
      detail: `line ${line.line} has ${line.postings} postings, ${line.right} of them right`,
    });
  const isOperators = OPERATORS.includes(line.from) || OPERATORS.includes(line.to);
  if (isOperators && !CORRECTIONS.some((correction) => correction === kind))
    findings.push({
      check: 'corrections alone move what operators took',
      detail: `journal ${line.journal} (${kind}) moves ${line.amount}`,
    });
  return findings;
}

/** What a page's lines come to: by person and journal, and by account of the system. */
function sums(lines: readonly Line[], horizon: number, before: Progress['system']) {
  const moved = new Map<string, number>();
  const system: Record<string, number> = { ...before };
  for (const { journal, from, to, amount } of lines)
    for (const [account, fen] of [
      [from, -amount],
      [to, amount],
    ] as const) {
      if (account > 0) moved.set(key(account, journal), (moved.get(key(account, journal)) ?? 0) + fen);
      else if (journal < horizon) system[account] = (system[account] ?? 0) + fen;
    }
  return { moved, system };
}

/** Looks at the next journals: their lines, the postings of these, and the bills of whoever they move. */
export async function stepJournals(db: Db, progress: Progress): Promise<Stepped> {
  const { afterJournal: after, horizon } = progress;
  const found = await db.read({
    journals: journalsOf({ after }),
    lines: linesOf({ after }),
    bills: billsOf({ after }),
  });
  const kinds = new Map(found.journals.map(({ id, kind }) => [id, kind]));
  const findings = found.lines.flatMap((line) => lineFindings(line, kinds.get(line.journal) ?? ''));
  const withLines = new Set(found.lines.map(({ journal }) => journal));
  for (const [id, kind] of kinds)
    if (!withLines.has(id))
      findings.push({ check: 'each journal has lines', detail: `journal ${id} (${kind}) has none` });
  const { moved, system } = sums(found.lines, horizon, progress.system);
  const billed = new Map(found.bills.map(({ user, journal, amount }) => [key(user, journal), amount]));
  let movements = progress.movements;
  for (const [each, fen] of moved) {
    const [user, journal] = each.split(' ').map(Number);
    if (billed.get(each) !== fen)
      findings.push({
        check: 'each movement of a wallet has its bill',
        detail: `journal ${journal} moves ${fen} of user ${user}, the bill says ${billed.get(each) ?? 'nothing'}`,
      });
    if ((journal ?? 0) < horizon) movements += 1;
  }
  const last = found.journals.at(-1)?.id ?? after;
  const behind: Progress = { ...progress, afterJournal: last, system, movements };
  const next = found.journals.length < AT_ONCE ? nextStage(behind) : behind;
  return { ...(next ? { next } : {}), findings, journals: found.journals.length };
}
