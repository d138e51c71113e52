import { sql } from 'drizzle-orm';
import { audit, auditDetails } from '../../../db/schema/audit.ts';
import type { Db } from '../../platform/database/db.ts';
import { p, prepareRead } from '../../platform/database/query.ts';
import { detailsMac } from './append.ts';
import { type AuditRow, digestOf, headText, macOf, rowsBehind, type SealRow, sealsBehind } from './rows.ts';
import { triggerFaults, triggersRead } from './triggers.ts';

/** For so long no row may go, sealed or not: three years. The trigger says the same. */
export const KEPT_MS = 3 * 366 * 24 * 3600 * 1000;

/** What a look at the whole audit came to. */
export interface Verified {
  /** What is wrong, a line each; empty where the audit is as it was written. */
  readonly faults: readonly string[];
  readonly acts: number;
  readonly seals: number;
  /** The newest link (`headText`); empty where there is none. */
  readonly head: string;
  /** Acts that no link holds yet: their numbers, from the first to the last. */
  readonly unsealed?: { readonly from: number; readonly to: number } | undefined;
}

type DetailRow = { id: number; before: string; after: string; reason: string; address: string };
const detailsBetween = prepareRead<{ from: number; to: number }, DetailRow>(
  sql`SELECT audit_id, before, after, reason, address FROM ${auditDetails}
    WHERE audit_id >= ${p('from')} AND audit_id <= ${p('to')} ORDER BY audit_id`,
  ['id', 'before', 'after', 'reason', 'address'],
);
const rowsBetween = prepareRead<{ from: number; to: number }, { count: number }>(
  sql`SELECT count(*) FROM ${audit} WHERE id >= ${p('from')} AND id <= ${p('to')}`,
  ['count'],
);
/** The highest number that a row ever had. */
const everUsed = prepareRead<void, { seq: number }>(
  sql`SELECT seq FROM sqlite_sequence WHERE name = 'audit'`,
  ['seq'],
);

const SEALS = 100;
const ROWS = 500;

/** The acts of these rows whose details are not those that were written, and how many have any. */
async function wrongDetails(db: Db, key: Uint8Array, rows: readonly AuditRow[]) {
  const [first, last] = [rows[0], rows.at(-1)];
  if (!first || !last) return { wrong: [], of: 0 };
  const details = await db.read(detailsBetween({ from: first.id, to: last.id }));
  const macs = new Map(rows.map(({ id, act, detailsMac: mac }) => [id, { act, mac }]));
  const wrong = details.flatMap(({ id, ...written }) => {
    const row = macs.get(id);
    return row && detailsMac(key, row.act, written) === row.mac ? [] : [id];
  });
  // Where the shell knew no key, an act has none.
  return { wrong, of: details.length };
}

const detailText = (id: number) => `The details of act ${id} were changed.`;
type Span = Pick<SealRow, 'fromId' | 'toId'>;
const spanText = ({ fromId, toId }: Span) => `acts ${fromId} to ${toId}`;

/** Links one behind the other that are not made under the key. */
interface Strange extends Span {
  readonly seals: number;
  /** No details beneath them were written under it either. */
  readonly isOtherKey: boolean;
}
const OTHER_KEY =
  'Nothing of it was: AUDIT_KEY (without it, DATA_KEY) is another one than it was then. Verify with the old one.';

const strangeText = ({ seals, isOtherKey, ...span }: Strange): string => {
  const [what, were] = seals === 1 ? ['The seal', 'was'] : [`The ${seals} seals`, 'were'];
  return `${what} of ${spanText(span)} ${were} not made under AUDIT_KEY.${isOtherKey ? ` ${OTHER_KEY}` : ''}`;
};

/** Puts neighbours together, so that a key that has changed is one line, however much was sealed under the old one. */
function strangeFaults(found: readonly Strange[]): string[] {
  const runs: Strange[] = [];
  for (const next of found) {
    const last = runs.at(-1);
    const isNeighbour = last?.toId === next.fromId - 1 && last.isOtherKey === next.isOtherKey;
    if (last && isNeighbour) runs.splice(-1, 1, { ...last, toId: next.toId, seals: last.seals + 1 });
    else runs.push(next);
  }
  return runs.map(strangeText);
}

/** Looks at one link and its rows. */
async function linkFaults(db: Db, key: Uint8Array, before: SealRow | undefined, seal: SealRow, now: number) {
  const faults: string[] = [];
  if (seal.fromId !== (before?.toId ?? 0) + 1) faults.push(`A seal before ${spanText(seal)} is gone.`);
  const isStrange = macOf(key, before?.mac ?? '', seal) !== seal.mac;
  const strange = (isOtherKey = false): readonly Strange[] =>
    isStrange ? [{ fromId: seal.fromId, toId: seal.toId, seals: 1, isOtherKey }] : [];
  const [counted] = await db.read(rowsBetween({ from: seal.fromId, to: seal.toId }));
  const count = counted?.count ?? 0;
  if (count === 0 && seal.lastAt < now - KEPT_MS) return { faults, acts: 0, strange: strange() };
  if (count !== seal.rows) {
    faults.push(`Of ${spanText(seal)} there are ${count}, and ${seal.rows} were sealed.`);
    return { faults, acts: count, strange: strange() };
  }
  const rows = await db.read(rowsBehind({ behind: seal.fromId - 1, limit: count }));
  if (digestOf(rows) !== seal.digest) faults.push(`One of ${spanText(seal)} was changed.`);
  const { wrong, of } = await wrongDetails(db, key, rows);
  const isOtherKey = isStrange && of > 0 && wrong.length === of;
  const details = isOtherKey ? [] : wrong.map(detailText);
  return { faults: [...faults, ...details], acts: count, strange: strange(isOtherKey) };
}

async function walkSeals(db: Db, key: Uint8Array, head: string | undefined, now: number) {
  const faults: string[] = [];
  const strange: Strange[] = [];
  let [acts, seals, isHeadThere] = [0, 0, head === undefined];
  let last: SealRow | undefined;
  for (let page = await db.read(sealsBehind({ behind: 0, limit: SEALS })); page.length > 0; ) {
    for (const seal of page) {
      const found = await linkFaults(db, key, last, seal, now);
      faults.push(...found.faults);
      strange.push(...found.strange);
      acts += found.acts;
      isHeadThere ||= headText(seal) === head;
      last = seal;
    }
    seals += page.length;
    page = await db.read(sealsBehind({ behind: last?.fromId ?? 0, limit: SEALS }));
  }
  if (!isHeadThere)
    faults.push(`The seal ${head} is not there: the end was cut off, or all was written again.`);
  return { faults: [...strangeFaults(strange), ...faults], acts, seals, last };
}

async function walkTail(db: Db, key: Uint8Array, sealedTo: number) {
  const faults: string[] = [];
  let [acts, first, behind] = [0, 0, sealedTo];
  for (let rows = await db.read(rowsBehind({ behind, limit: ROWS })); rows.length > 0; ) {
    first ||= rows[0]?.id ?? 0;
    behind = rows.at(-1)?.id ?? behind;
    acts += rows.length;
    faults.push(...(await wrongDetails(db, key, rows)).wrong.map(detailText));
    rows = await db.read(rowsBehind({ behind, limit: ROWS }));
  }
  const [sequence] = await db.read(everUsed());
  const used = sequence?.seq ?? 0;
  if (used > behind) faults.push(`Acts ${behind + 1} to ${used} are gone.`);
  return { faults, acts, unsealed: acts > 0 ? { from: first, to: behind } : undefined };
}

/**
 * Recomputes every link of the audit and every row and detail beneath it.
 * @param head a link that was written down elsewhere (the log, a backup): it must be among them
 */
export async function verifyAudit(db: Db, key: Uint8Array, now: number, head?: string): Promise<Verified> {
  const triggers = triggerFaults(await db.read(triggersRead()));
  const sealed = await walkSeals(db, key, head, now);
  const tail = await walkTail(db, key, sealed.last?.toId ?? 0);
  return {
    faults: [...triggers, ...sealed.faults, ...tail.faults],
    acts: sealed.acts + tail.acts,
    seals: sealed.seals,
    head: sealed.last ? headText(sealed.last) : '',
    unsealed: tail.unsealed,
  };
}
