import { createHmac } from 'node:crypto';
import { type SQL, sql } from 'drizzle-orm';
import { audit, auditDetails } from '../../../db/schema/audit.ts';
import type { Batch } from '../../platform/database/db.ts';
import { type NoMore, p, prepareChange, type Query, type Values } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import type { JobActor, OperatorActor, ShellActor } from '../actor.ts';
import type { Facts, Subject } from '../operation.ts';

/** Whoever does something that the audit tells of. */
export type Doer = Pick<OperatorActor, 'kind' | 'id' | 'name' | 'address'> | ShellActor | JobActor;

/** What is written of an act. */
export interface Record {
  readonly actor: Doer;
  readonly operation: string;
  readonly subject: Subject;
  readonly on: number | string;
  readonly requestId: string;
  readonly reason: string;
  readonly before?: Facts | undefined;
  readonly after?: Facts | undefined;
}

type RowValues = {
  readonly audit_act: string;
  readonly audit_at: number;
  readonly audit_actorKind: string;
  readonly audit_actorId: number;
  readonly audit_actor: string;
  readonly audit_operation: string;
  readonly audit_subject: string;
  readonly audit_subjectId: string;
  readonly audit_requestId: string;
  readonly audit_mac: string;
};
type DetailValues = {
  readonly audit_act: string;
  readonly audit_before: string;
  readonly audit_after: string;
  readonly audit_reason: string;
  readonly audit_address: string;
};

/**
 * The row of an act, right behind the statement that is its mark, and nowhere else: `changes()` tells there of that
 * statement alone. From here on the row itself is the mark of the rest.
 */
const prepareBehind = <Wanted extends Values = NoMore>(condition: SQL) =>
  prepareChange<RowValues & Wanted>(
    sql`INSERT INTO ${audit} (act, at, actor_kind, actor_id, actor, operation, subject, subject_id, request_id, details_mac)
      SELECT ${p('audit_act')}, ${p('audit_at')}, ${p('audit_actorKind')}, ${p('audit_actorId')}, ${p('audit_actor')},
        ${p('audit_operation')}, ${p('audit_subject')}, ${p('audit_subjectId')}, ${p('audit_requestId')}, ${p('audit_mac')}
      WHERE changes() > 0 AND ${condition}`,
  );
const appendBehind = prepareBehind(sql`1`);
const append = prepareChange<RowValues>(
  sql`INSERT INTO ${audit} (act, at, actor_kind, actor_id, actor, operation, subject, subject_id, request_id, details_mac)
    VALUES (${p('audit_act')}, ${p('audit_at')}, ${p('audit_actorKind')}, ${p('audit_actorId')}, ${p('audit_actor')},
      ${p('audit_operation')}, ${p('audit_subject')}, ${p('audit_subjectId')}, ${p('audit_requestId')}, ${p('audit_mac')})`,
);
const appendDetails = prepareChange<DetailValues>(
  sql`INSERT INTO ${auditDetails} (audit_id, before, after, reason, address)
    SELECT id, ${p('audit_before')}, ${p('audit_after')}, ${p('audit_reason')}, ${p('audit_address')}
    FROM ${audit} WHERE act = ${p('audit_act')}`,
);
/** The condition that an act has been written, for what else belongs into its batch. Value: `audit_act`. */
export const isWritten = sql`EXISTS (SELECT 1 FROM ${audit} WHERE act = ${p('audit_act')})`;

/** Details as they stand in their row. */
export interface Details {
  readonly before: string;
  readonly after: string;
  readonly reason: string;
  readonly address: string;
}

/** HMAC of an act's details under AUDIT_KEY: it belongs to this act alone. */
export const detailsMac = (
  key: Uint8Array,
  act: string,
  { before, after, reason, address }: Details,
): string =>
  createHmac('sha256', key)
    .update(JSON.stringify(['audit_details', act, before, after, reason, address]))
    .digest('base64url');

const nameOf = (actor: Doer) => (actor.kind === 'shell' ? actor.user : actor.name);

/** The row and the details of an act, ready to be written. */
interface Written {
  readonly act: string;
  readonly row: RowValues;
  readonly details: DetailValues;
}

/** What writing into the audit needs. Where no key is known, the row has no details: nobody could prove them. */
export type Auditing = Pick<Platform, 'clock' | 'random'> & {
  readonly keys: { readonly audit: Uint8Array | undefined };
};

function written({ clock, random, keys }: Auditing, record: Record): Written {
  const { actor, operation, subject, on, requestId, reason, before = {}, after = {} } = record;
  const act = Buffer.from(random.bytes(16)).toString('base64url');
  const details: Details = {
    before: JSON.stringify(before),
    after: JSON.stringify(after),
    reason,
    address: actor.kind === 'operator' ? actor.address : '',
  };
  return {
    act,
    row: {
      audit_act: act,
      audit_at: clock.now(),
      audit_actorKind: actor.kind,
      audit_actorId: actor.kind === 'operator' ? actor.id : 0,
      audit_actor: nameOf(actor),
      audit_operation: operation,
      audit_subject: subject,
      audit_subjectId: String(on),
      audit_requestId: requestId,
      audit_mac: keys.audit ? detailsMac(keys.audit, act, details) : '',
    },
    details: {
      audit_act: act,
      audit_before: details.before,
      audit_after: details.after,
      audit_reason: details.reason,
      audit_address: details.address,
    },
  };
}

/** A batch with its audit. */
export interface Audited {
  readonly batch: Batch;
  /** The mark of the act, for `isWritten`. */
  readonly act: string;
}

/**
 * Writes an act's row into the act's own batch, right behind each of its marks: it is there if, and only if, one of
 * them has changed a row.
 */
export function audited(home: Auditing, batch: Batch, marks: readonly string[], record: Record): Audited {
  const { act, row, details } = written(home, record);
  const steps: { [name: string]: Batch[string] } = {};
  for (const [name, step] of Object.entries(batch)) {
    steps[name] = step;
    if (marks.includes(name)) steps[`audit behind ${name}`] = appendBehind(row);
  }
  const missing = marks.filter((mark) => !(mark in batch));
  if (marks.length === 0 || missing.length > 0)
    throw new Error(`${record.operation} has no mark: ${missing}`);
  const after = home.keys.audit ? [appendDetails(details)] : [];
  return { act, batch: { ...steps, [`audit details of ${record.operation}`]: after } as Batch };
}

/**
 * Prepares the row of what a statement right before it has done, for a batch that is no operation's.
 * @param condition what must hold beside that statement having changed a row
 */
export function prepareAuditBehind<Wanted extends Values = NoMore>(condition: SQL) {
  const behind = prepareBehind<Wanted>(condition);
  return (home: Auditing, record: Record, values: Wanted): readonly Query<number>[] => {
    const { row, details } = written(home, record);
    return [behind({ ...row, ...values }), ...(home.keys.audit ? [appendDetails(details)] : [])];
  };
}

/** Writes that somebody is about to be shown what is sealed. */
export async function writeOpening(home: Pick<Platform, 'db'> & Auditing, record: Record): Promise<void> {
  const { row, details } = written(home, record);
  await home.db.write({ opened: append(row), details: home.keys.audit ? [appendDetails(details)] : [] });
}
