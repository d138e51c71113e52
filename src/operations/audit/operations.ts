import { sql } from 'drizzle-orm';
import * as z from 'zod';
import { audit, auditDetails } from '../../../db/schema/audit.ts';
import { chinaIsoText } from '../../core/china-time.ts';
import { LIST_SIZE } from '../../core/operator-page.ts';
import { p, prepareRead } from '../../platform/database/query.ts';
import { keyOf, pageOf } from '../keys.ts';
import { listing, SUBJECTS, viewing } from '../operation.ts';
import { oneOf, optional, text } from '../params.ts';
import { Refused } from '../refused.ts';
import { verifyAudit } from './verify.ts';

type Row = {
  readonly id: number;
  readonly at: number;
  readonly actorKind: string;
  readonly actor: string;
  readonly operation: string;
  readonly subject: string;
  readonly subjectId: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly reason: string | null;
  readonly address: string | null;
};
const columns = [
  'id',
  'at',
  'actorKind',
  'actor',
  'operation',
  'subject',
  'subjectId',
  'before',
  'after',
  'reason',
  'address',
] as const;
const select = sql`SELECT a.id, a.at, a.actor_kind, a.actor, a.operation, a.subject, a.subject_id, d.before, d.after, d.reason, d.address
  FROM ${audit} AS a LEFT JOIN ${auditDetails} AS d ON d.audit_id = a.id`;
const newestFirst = sql`ORDER BY a.id DESC LIMIT ${sql.raw(String(LIST_SIZE))}`;

const everything = prepareRead<{ before: number }, Row>(
  sql`${select} WHERE a.id < ${p('before')} ${newestFirst}`,
  columns,
);
const about = prepareRead<{ before: number; subject: string; number: string }, Row>(
  sql`${select} WHERE a.subject = ${p('subject')} AND a.subject_id = ${p('number')} AND a.id < ${p('before')} ${newestFirst}`,
  columns,
);
/** The numbers have no gaps but where whole old spans went: how many there are follows from the first and the last. */
const countAll = prepareRead<void, { total: number }>(
  sql`SELECT COALESCE((SELECT max(id) FROM ${audit}) - (SELECT min(id) FROM ${audit}) + 1, 0)`,
  ['total'],
);
const countAbout = prepareRead<{ subject: string; number: string }, { total: number }>(
  sql`SELECT count(*) FROM ${audit} WHERE subject = ${p('subject')} AND subject_id = ${p('number')}`,
  ['total'],
);

const FIRST = Number.MAX_SAFE_INTEGER;

const row = z.object({
  id: z.number(),
  at: z.string(),
  by: z.string(),
  operation: z.string(),
  subject: z.string(),
  number: z.string(),
  before: z.string(),
  after: z.string(),
  reason: z.string(),
  address: z.string(),
});

/** Before the name of somebody who is no operator. */
const PREFIXES: Readonly<Record<string, string>> = { shell: 'cli', job: 'job' };

const shown = (found: Row): z.output<typeof row> => ({
  id: found.id,
  at: chinaIsoText(found.at),
  by:
    found.actorKind === 'operator'
      ? found.actor
      : `${PREFIXES[found.actorKind] ?? found.actorKind}:${found.actor}`,
  operation: found.operation,
  subject: found.subject,
  number: found.subjectId,
  before: found.before ?? '',
  after: found.after ?? '',
  reason: found.reason ?? '',
  address: found.address ?? '',
});

export const list = listing({
  name: 'audit.list',
  roles: [],
  about: 'who did what, newest first: all of it, or about one subject by its number',
  params: { subject: optional(oneOf('subject', SUBJECTS)), number: optional(text('number', 100)) },
  counted: 'acts',
  row,
  async read({ db }, { subject, number }, after) {
    if ((subject === undefined) !== (number === undefined))
      throw new Refused('INVALID_PARAMETER', 'Give the subject and its number, or neither.', 'number');
    const [before = FIRST] = keyOf(after, ['number']) ?? [];
    const key = Number(before);
    if (subject !== undefined && number !== undefined) {
      const of = { subject, number };
      const { rows, total } = await db.read({ rows: about({ ...of, before: key }), total: countAbout(of) });
      return pageOf(rows, total[0]?.total, shown, ({ id }) => [id]);
    }
    const { rows, total } = await db.read({ rows: everything({ before: key }), total: countAll() });
    return pageOf(rows, total[0]?.total, shown, ({ id }) => [id]);
  },
});

export const verify = viewing({
  name: 'audit.verify',
  roles: [],
  subject: 'audit',
  about: 'recomputes every seal: whether the audit is as it was written, and how far it is sealed',
  params: { head: optional(text('head', 100)) },
  answer: z.object({
    holds: z.boolean(),
    acts: z.number(),
    seals: z.number(),
    head: z.string(),
    unsealed: z.string(),
    faults: z.array(z.string()),
  }),
  async read({ db, keys, clock }, { head }) {
    const { faults, unsealed, ...found } = await verifyAudit(db, keys.audit, clock.now(), head);
    const tail = unsealed ? `${unsealed.from}-${unsealed.to}` : '';
    return {
      on: 'audit',
      answer: { holds: faults.length === 0, ...found, unsealed: tail, faults: [...faults] },
    };
  },
});
