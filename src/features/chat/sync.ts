import type { CallerContext } from '../../realtime/context.ts';
import { cursorKey, gapOf, readCursor, startOf } from '../../realtime/cursors.ts';
import { type PageRow, readEnd, readPage } from '../../realtime/inbox.ts';

export interface Sync {
  /** Where to begin; the device kind's cursor where absent. */
  readonly after: number | undefined;
  readonly limit: number;
  /** How long to wait for the first event. */
  readonly waitMs: number;
}

export interface SyncPage {
  readonly rows: readonly PageRow[];
  /** What to send as `after` the next time. */
  readonly seq: number;
  readonly more: boolean;
  /** Events before these have gone that the client may never have been sent. */
  readonly hasGap: boolean;
}

/** The caller's next events. Waits for one where there is none, as long as the caller wants; a session that ends meanwhile gets none. */
export async function sync(context: CallerContext, { after, limit, waitMs }: Sync): Promise<SyncPage> {
  const { caller, clock, db, doorbell } = context;
  const [cursor] = await db.read(readCursor(cursorKey(caller)));
  const page = { user: caller.userId, device: caller.device, session: caller.sessionId, limit };
  const hasGap = gapOf(cursor, after) !== undefined;
  const deadline = clock.now() + waitMs;
  let patient = waitMs > 0;
  for (let seq = startOf(cursor, after); ; ) {
    const bell = patient ? doorbell.wait(caller.userId, Math.max(0, deadline - clock.now())) : undefined;
    try {
      const { found, end } = await db.read({
        found: readPage({ ...page, after: seq }),
        end: readEnd({ session: caller.sessionId }),
      });
      const rows = found.filter(({ hidden }) => !hidden);
      const more = found.length === limit;
      // A page that is not full has looked to the end: the next one begins there.
      seq = Math.max(seq, (more ? undefined : end[0]?.seq) ?? found.at(-1)?.seq ?? 0);
      if (rows.length > 0 || (!more && !bell)) return { rows, seq, more, hasGap };
      if (!more && bell) patient = await bell.rung;
    } finally {
      bell?.stop();
    }
  }
}
