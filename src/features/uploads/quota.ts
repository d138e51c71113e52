import { eq, getTableColumns, sql } from 'drizzle-orm';
import { LOGIN_EVENT } from '../../../db/schema/login-events.ts';
import { takedownFiles } from '../../../db/schema/takedowns.ts';
import { uploads, uploadUsage } from '../../../db/schema/uploads.ts';
import { chinaDayStart } from '../../core/china-time.ts';
import type { ChangeId, UserId } from '../../core/ids.ts';
import { refuse } from '../../http/failure.ts';
import { published } from '../../http/login-events.ts';
import { p, prepareChange, prepareRead, prepareSelect } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';

/** What the statements here want. */
type Wanted = {
  readonly me: UserId;
  readonly day: number;
  readonly size: number;
  readonly mark_upload: ChangeId;
  readonly mostADay: number;
  readonly mostInAll: number;
  readonly now: number;
  readonly rows: string;
};

const DAY_MS = 24 * 3600 * 1000;

/** A file as its row tells of it. */
export interface UploadRow {
  readonly key: string;
  /** Of the file and of its smaller copy. */
  readonly bytes: number;
  /** Of the file, in lower-case hex. */
  readonly sha256: string;
  readonly contentType: string;
}

const findUsage = prepareSelect<{ me: UserId }>()(getTableColumns(uploadUsage), (select) =>
  select.from(uploadUsage).where(eq(uploadUsage.ownerId, p('me'))),
);

/** The day's bytes, should `excluded.day` be the day: a clock that is behind begins no new count. */
const dayBytes = sql`(CASE WHEN excluded.day > ${uploadUsage}.day THEN 0 ELSE ${uploadUsage}.day_bytes END)`;
/** One of the files has the bytes of one that is down. */
const isDown = sql`EXISTS (SELECT 1 FROM json_each(${p('rows')}) AS row CROSS JOIN ${takedownFiles} AS t
  WHERE t.sha256 <> '' AND t.sha256 = row.value ->> 2)`;
const findDown = prepareRead<{ rows: string }, { isDown: number }>(sql`SELECT ${isDown}`, ['isDown']);
/** Carries every condition of an upload and is its mark: the usage's `change_id`. */
const count = prepareChange<Wanted>(
  sql`INSERT INTO ${uploadUsage} (owner_id, day, day_bytes, change_id)
    SELECT ${p('me')}, ${p('day')}, ${p('size')}, ${p('mark_upload')}
      WHERE ${p('size')} <= ${p('mostADay')} AND ${p('size')} <= ${p('mostInAll')} AND NOT ${isDown}
    ON CONFLICT (owner_id) DO UPDATE SET
      day_bytes = ${dayBytes} + excluded.day_bytes,
      day = MAX(${uploadUsage}.day, excluded.day),
      change_id = excluded.change_id
    WHERE ${dayBytes} + excluded.day_bytes <= ${p('mostADay')}
      AND ${uploadUsage}.bytes + excluded.day_bytes <= ${p('mostInAll')}`,
);
const enter = prepareChange<Wanted>(
  sql`INSERT INTO ${uploads} (key, owner_id, bytes, sha256, content_type, made_at, state_since, named_at)
    SELECT row.value ->> 0, ${p('me')}, row.value ->> 1, row.value ->> 2, row.value ->> 3,
        ${p('now')}, ${p('now')}, ${p('now')}
      FROM json_each(${p('rows')}) AS row
      WHERE EXISTS (SELECT 1 FROM ${uploadUsage} WHERE owner_id = ${p('me')} AND change_id = ${p('mark_upload')})`,
);

type QuotaContext = Pick<CallerContext, 'config' | 'clock' | 'db' | 'caller'>;

/** Refuses by the limit that `size` more bytes would pass; the total is named first, because waiting does not help. */
async function refuseByLimit(context: QuotaContext, size: number): Promise<void> {
  const { config, clock, caller } = context;
  const rows = await context.db.read(findUsage({ me: caller.userId }));
  const usage = rows[0];
  const now = clock.now();
  const day = chinaDayStart(now);
  const today = usage && usage.day >= day ? usage.dayBytes : 0;
  if ((usage?.bytes ?? 0) + size > config.UPLOAD_TOTAL_BYTES) refuse('UPLOADS_FULL');
  if (today + size > config.UPLOAD_DAY_BYTES)
    refuse('UPLOADS_OF_DAY_FULL', { retryAfter: Math.ceil((day + DAY_MS - now) / 1000) });
}

/**
 * Proves the session and refuses a caller who has no room for another byte, before any is read.
 * Refuses SESSION_ENDED, UPLOADS_FULL, UPLOADS_OF_DAY_FULL.
 */
export const proveRoom = (context: QuotaContext): Promise<void> => refuseByLimit(context, 1);

/**
 * Writes the rows of a call's files, all or none, if the caller's session lives and the limits hold. Their bytes must
 * be stored already: who knows a URL finds its file.
 * Refuses SESSION_ENDED, FILE_TAKEN_DOWN, UPLOADS_FULL, UPLOADS_OF_DAY_FULL; then nothing is written.
 */
export async function enterUploads(
  context: QuotaContext & Pick<CallerContext, 'ids' | 'address' | 'port'>,
  rows: readonly UploadRow[],
): Promise<void> {
  const now = context.clock.now();
  const size = rows.reduce((sum, { bytes }) => sum + bytes, 0);
  const values = {
    me: context.caller.userId,
    day: chinaDayStart(now),
    size,
    mark_upload: context.ids.mark(),
    mostADay: context.config.UPLOAD_DAY_BYTES,
    mostInAll: context.config.UPLOAD_TOTAL_BYTES,
    now,
    rows: JSON.stringify(rows.map((row) => [row.key, row.bytes, row.sha256, row.contentType])),
  };
  const { counted } = await context.db.write({
    counted: count(values),
    enter: enter(values),
    published: published(
      context,
      LOGIN_EVENT.upload,
      rows.map(({ key }) => key),
    ),
  });
  if (counted > 0) return;
  const [found] = await context.db.read(findDown(values));
  if (found?.isDown) refuse('FILE_TAKEN_DOWN');
  await refuseByLimit(context, size);
  refuse('UPLOADS_OF_DAY_FULL'); // the limit held when it was looked at again: midnight has passed, or a file has gone
}
