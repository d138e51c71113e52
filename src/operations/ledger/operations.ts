import * as z from 'zod';
import { yuan } from '../../core/fen.ts';
import type { JournalId } from '../../core/ids.ts';
import { escrows } from '../../features/holds/all.ts';
import { ACCOUNT } from '../../ledger/accounts.ts';
import {
  journalsOfAll,
  journalsOfUser,
  journalWhole,
  type ListedJournal,
  systemAccounts,
} from '../../ledger/browse.ts';
import { checksPage, type LedgerCheck, newestCheck } from '../../ledger/check/rows.ts';
import { beginCheck, goOn } from '../../ledger/check/run.ts';
import { JOURNAL_KINDS } from '../../ledger/journal.ts';
import { keyOf, pageOf, searched } from '../keys.ts';
import { listing, viewing } from '../operation.ts';
import { numberOf, oneOf, optional } from '../params.ts';
import { nothingDone, Refused } from '../refused.ts';
import { onOneLine, timeText } from '../shown.ts';
import { boundedNumbers, numbersOf, span } from '../span.ts';
import { userNumber } from '../users/number.ts';

const roles = ['finance'] as const;

/** Whoever asks waits some seconds at most. */
const WHILE_ASKED = { trips: 200, ms: 5000, connections: 1 };

/** The system's accounts as operators name them. */
const NAMES = Object.keys(ACCOUNT) as [keyof typeof ACCOUNT, ...(keyof typeof ACCOUNT)[]]; // the keys of a literal
const nameOf = (account: number): string =>
  NAMES.find((name) => ACCOUNT[name] === account) ?? String(account);

export const accounts = listing({
  name: 'ledger.accounts',
  roles: ['viewer', 'finance'],
  about: 'the accounts that belong to nobody, and the yuan in each: cash, escrows, fees, what operators took',
  params: {},
  counted: 'accounts',
  row: z.object({ account: z.string(), yuan: z.string() }),
  async read({ db }, _, after) {
    // All of them are one page.
    keyOf(after, ['number']);
    const rows = await db.read(systemAccounts());
    return pageOf(
      rows,
      rows.length,
      ({ id, balance }) => ({ account: nameOf(id), yuan: yuan(balance) }),
      ({ id }) => [id],
    );
  },
});

const listed = ({ id, kind, subject, at, amount }: ListedJournal) => ({
  journal: id,
  kind,
  of: subject,
  at: timeText(at),
  yuan: yuan(amount),
});

export const journals = listing({
  name: 'ledger.journals',
  roles,
  about:
    'movements of money, newest first: of a person (what came in or went out), or of everybody or an account of the system (all that moved), those of 24 hours at most',
  params: {
    user: optional(userNumber),
    account: optional(oneOf('account', NAMES)),
    kind: optional(oneOf('kind', JOURNAL_KINDS)),
    ...span,
  },
  operands: ['user'],
  counted: 'journals',
  row: z.object({
    journal: z.number(),
    kind: z.string(),
    of: z.number().nullable(),
    at: z.string(),
    yuan: z.string(),
  }),
  async read({ db, clock }, { user, account, kind, from, to }, after) {
    const [before = Number.MAX_SAFE_INTEGER] = keyOf(after, ['number']) ?? [];
    if (user !== undefined && account !== undefined)
      throw new Refused(
        'INVALID_PARAMETER',
        'Give a person or an account of the system, not both.',
        'account',
      );
    const numbers = user === undefined ? boundedNumbers({ from, to }, clock.now()) : numbersOf({ from, to });
    const key = Number(before);
    if (user !== undefined)
      return searched(await journalsOfUser(db, kind ?? null, user, { ...numbers, before: key }), listed);
    const filter = { ...numbers, kind: kind ?? null };
    const { rows, total } = await journalsOfAll(db, filter, account ? ACCOUNT[account] : null, key);
    return pageOf(rows, total, listed, ({ id }) => [id]);
  },
});

const end = (account: number, kind: string) => (kind === 'user' ? `user ${account}` : nameOf(account));

export const journal = viewing({
  name: 'ledger.journal',
  roles,
  subject: 'journal',
  about: 'one movement: from where to where each of its lines goes, and its bills',
  params: { journal: numberOf<JournalId>('journal') },
  operands: ['journal'],
  answer: z.object({
    journal: z.number(),
    kind: z.string(),
    of: z.number().nullable(),
    at: z.string(),
    lines: z.array(z.object({ from: z.string(), to: z.string(), yuan: z.string() })),
    bills: z.array(
      z.object({ user: z.number(), moneyType: z.number(), yuan: z.string(), content: z.string() }),
    ),
  }),
  async read({ db }, { journal: id }) {
    const found = (await journalWhole(db, id)) ?? nothingDone(`There is no journal ${id}.`);
    const answer = {
      journal: found.id,
      kind: found.kind,
      of: found.subject,
      at: timeText(found.at),
      lines: found.lines.map(({ from, fromKind, to, toKind, amount }) => ({
        from: end(from, fromKind),
        to: end(to, toKind),
        yuan: yuan(amount),
      })),
      bills: found.bills.map(({ user, type, amount, content }) => ({
        user,
        moneyType: type,
        yuan: yuan(amount),
        content: onOneLine(content),
      })),
    };
    return { on: id, answer };
  },
});

const STANDINGS = ['goes on', 'balances', 'WRONG'] as const;
function standingOf({ ok, finishedAt }: LedgerCheck): (typeof STANDINGS)[number] {
  if (!ok) return 'WRONG';
  return finishedAt === null ? 'goes on' : 'balances';
}
const checked = (check: LedgerCheck) => ({
  check: check.id,
  begun: timeText(check.startedAt),
  finished: check.finishedAt === null ? '' : timeText(check.finishedAt),
  standing: standingOf(check),
  problems: check.problems,
  journals: check.journals,
  bills: check.bills,
  askedBy: onOneLine(check.askedBy),
});
const CHECKED = {
  check: z.number(),
  begun: z.string(),
  finished: z.string(),
  standing: z.enum(STANDINGS),
  problems: z.number(),
  journals: z.number(),
  bills: z.number(),
  askedBy: z.string(),
};

export const checks = listing({
  name: 'ledger.checks',
  roles: ['viewer', 'finance'],
  about: 'checks of all books, newest first: each night’s at 03:30, and those that somebody wanted',
  params: {},
  counted: 'checks',
  row: z.object(CHECKED),
  async read({ db }, _, after) {
    const [before = Number.MAX_SAFE_INTEGER] = keyOf(after, ['number']) ?? [];
    const { rows, total } = await checksPage(db, Number(before));
    return pageOf(rows, total, checked, ({ startedAt }) => [startedAt]);
  },
});

export const reconcile = viewing({
  name: 'ledger.reconcile',
  roles,
  subject: 'books',
  about:
    'looks at all books, step by step beside the server; what takes longer goes on as a job (ledger checks)',
  params: {},
  answer: z.object({ ...CHECKED, findings: z.array(z.object({ check: z.string(), detail: z.string() })) }),
  async read(home) {
    await beginCheck(home, 'an operator', Number.MAX_SAFE_INTEGER);
    await goOn(home, escrows, WHILE_ASKED);
    const check = (await newestCheck(home.db)) ?? nothingDone('Nothing was looked at: try again.');
    return { on: check.id, answer: { ...checked(check), findings: JSON.parse(check.findings) } };
  },
});
