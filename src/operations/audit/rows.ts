import { createHash, createHmac } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { audit, auditSeals } from '../../../db/schema/audit.ts';
import { p, prepareRead, type RowOf } from '../../platform/database/query.ts';

/** Every column of a row, in the order in which they are sealed. */
const COLUMNS = [
  'id',
  'act',
  'at',
  'actorKind',
  'actorId',
  'actor',
  'operation',
  'subject',
  'subjectId',
  'requestId',
  'detailsMac',
] as const;
export type AuditRow = {
  readonly id: number;
  readonly act: string;
  readonly at: number;
  readonly actorKind: string;
  readonly actorId: number;
  readonly actor: string;
  readonly operation: string;
  readonly subject: string;
  readonly subjectId: string;
  readonly requestId: string;
  readonly detailsMac: string;
};
export const AUDIT_COLUMNS = sql.raw(
  'a.id, a.act, a.at, a.actor_kind, a.actor_id, a.actor, a.operation, a.subject, a.subject_id, a.request_id, a.details_mac',
);

/** Rows behind one, in their order. */
export const rowsBehind = prepareRead<{ behind: number; limit: number }, AuditRow>(
  sql`SELECT ${AUDIT_COLUMNS} FROM ${audit} AS a WHERE a.id > ${p('behind')} ORDER BY a.id LIMIT ${p('limit')}`,
  COLUMNS,
);

const SEAL = ['fromId', 'toId', 'rows', 'lastAt', 'digest', 'mac'] as const;
export type Seal = {
  readonly fromId: number;
  readonly toId: number;
  readonly rows: number;
  readonly lastAt: number;
  readonly digest: string;
  readonly mac: string;
};
const sealColumns = sql.raw('from_id, to_id, rows, last_at, digest, mac');

/** The newest link; none where nothing was sealed yet. */
export const newestSeal = prepareRead<void, Seal>(
  sql`SELECT ${sealColumns} FROM ${auditSeals} WHERE from_id = (SELECT max(from_id) FROM ${auditSeals})`,
  SEAL,
);
/** Links behind a number, in their order. */
export const sealsBehind = prepareRead<{ behind: number; limit: number }, Seal>(
  sql`SELECT ${sealColumns} FROM ${auditSeals} WHERE from_id > ${p('behind')} ORDER BY from_id LIMIT ${p('limit')}`,
  SEAL,
);
export type SealRow = RowOf<typeof sealsBehind>;

/** SHA-256 of rows, every column of each. */
export function digestOf(rows: readonly AuditRow[]): string {
  const hash = createHash('sha256');
  for (const row of rows) hash.update(`${JSON.stringify(COLUMNS.map((name) => row[name]))}\n`);
  return hash.digest('base64url');
}

/** What a link says of its span. */
type Span = Omit<Seal, 'mac'>;

/** The HMAC of a link under AUDIT_KEY, over the one before. */
export const macOf = (
  key: Uint8Array,
  before: string,
  { fromId, toId, rows, lastAt, digest }: Span,
): string =>
  createHmac('sha256', key)
    .update(JSON.stringify(['audit_seals', before, fromId, toId, rows, lastAt, digest]))
    .digest('base64url');

/** A link as it is written down elsewhere, for `teahouse audit verify --head`: how far it reaches, and its HMAC. */
export const headText = ({ toId, mac }: Pick<Seal, 'toId' | 'mac'>): string => `${toId}:${mac}`;
