import { sql } from 'drizzle-orm';
import { auditSeals } from '../../../db/schema/audit.ts';
import { type Allowance, inSlices } from '../../core/in-slices.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import { digestOf, headText, macOf, newestSeal, rowsBehind, type Seal } from './rows.ts';

/** Rows under one link: what one step reads and digests in some milliseconds. */
const TOGETHER = 500;

/** Only behind the link that it was made over: of two runs at once, one seals. */
const addSeal = prepareChange<Seal & { readonly sealedAt: number; readonly before: number }>(
  sql`INSERT INTO ${auditSeals} (from_id, to_id, rows, last_at, digest, mac, sealed_at)
    SELECT ${p('fromId')}, ${p('toId')}, ${p('rows')}, ${p('lastAt')}, ${p('digest')}, ${p('mac')}, ${p('sealedAt')}
    WHERE (SELECT COALESCE(max(to_id), 0) FROM ${auditSeals}) = ${p('before')}`,
);

/**
 * Seals the rows that have come since the last link, in the order in which they were written. The newest link goes to
 * the log: whoever keeps the log can prove later that nobody has cut the end off.
 * @returns how many acts were sealed
 */
export async function sealAudit(home: Platform, allowance?: Allowance): Promise<number> {
  const { db, clock, keys, log } = home;
  let done = 0;
  const step = async () => {
    const [newest] = await db.read(newestSeal());
    const before = newest?.toId ?? 0;
    const rows = await db.read(rowsBehind({ behind: before, limit: TOGETHER }));
    const last = rows.at(-1);
    if (!last) return false;
    const lastAt = Math.max(...rows.map(({ at }) => at));
    const span = { fromId: before + 1, toId: last.id, rows: rows.length, lastAt, digest: digestOf(rows) };
    const mac = macOf(keys.audit, newest?.mac ?? '', span);
    const sealed = await db.write(addSeal({ ...span, mac, before, sealedAt: clock.now() }));
    if (sealed > 0) log.info('audit sealed', { acts: rows.length, head: headText({ ...span, mac }) });
    done += sealed > 0 ? rows.length : 0;
    return rows.length === TOGETHER;
  };
  await inSlices(clock, step, { trips: 3, allowance });
  return done;
}
