import { type SQL, sql } from 'drizzle-orm';
import { takedownFiles, takedowns } from '../../../db/schema/takedowns.ts';
import { UPLOAD, uploads } from '../../../db/schema/uploads.ts';
import type { ChangeId, TakedownId, UserId } from '../../core/ids.ts';
import { orTaken, rowOf } from '../../platform/database/mark.ts';
import { type NoMore, type Prepared, p, prepareChange, type Values } from '../../platform/database/query.ts';
import { prepareKeepKey } from '../person-keys/own-key.ts';

/** What the first statement of a takedown wants. */
export type TakeValues = {
  readonly takedown: TakedownId;
  readonly subject: string;
  readonly item: number | string;
  readonly owner: UserId | null;
  readonly sealed: string;
  readonly now: number;
};
/** What the later statements of a takedown want of its mark. */
export type Taken = { readonly takedown: TakedownId };
/** And those of a return. */
export type Restored = { readonly takedown: TakedownId; readonly mark_takedown: ChangeId };

/** The mark of a takedown: its row is there. */
export const taken = rowOf(takedowns, 'takedown');
/** The owner's key, under which the copy is sealed. */
export const keepKey = prepareKeepKey<Taken>(taken);
/** The mark of a return. */
export const restored = sql`EXISTS (SELECT 1 FROM ${takedowns} WHERE id = ${p('takedown')} AND change_id = ${p('mark_takedown')})`;

/** Prepares the first statement of a takedown, which carries its condition and is its mark. */
export const prepareTake = <Wanted extends Values = NoMore>(
  condition: SQL,
): Prepared<number, TakeValues & Wanted> =>
  prepareChange<TakeValues & Wanted>(
    sql`INSERT INTO ${takedowns} (id, subject, item, owner_id, sealed, taken_at)
      SELECT ${p('takedown')}, ${p('subject')}, CAST(${p('item')} AS TEXT), ${p('owner')}, ${p('sealed')}, ${p('now')}
      WHERE ${orTaken(condition, taken)}`,
  );

/** What the first statement of a return wants. */
export type RestoreValues = Restored & { readonly now: number; readonly since: number };

/** Prepares the first statement of a return: it holds within the time, once, and under the subject's own condition. */
export const prepareRestore = <Wanted extends Values = NoMore>(
  condition: SQL,
): Prepared<number, RestoreValues & Wanted> =>
  prepareChange<RestoreValues & Wanted>(
    sql`UPDATE ${takedowns} SET restored_at = ${p('now')}, change_id = ${p('mark_takedown')}
      WHERE id = ${p('takedown')} AND restored_at IS NULL AND taken_at > ${p('since')} AND ${condition}`,
  );

/** Files of the owner that these texts name go with what named them. Others' stay: somebody may have named them only. */
export const noteFiles = prepareChange<Taken & { readonly owner: UserId | null; readonly stems: string }>(
  sql`INSERT INTO ${takedownFiles} (takedown_id, key, sha256)
    SELECT ${p('takedown')}, u.key, u.sha256 FROM json_each(${p('stems')}) AS stem
      CROSS JOIN ${uploads} AS u ON u.key >= stem.value AND u.key < stem.value || '/'
    WHERE u.owner_id = ${p('owner')} AND u.state <> ${UPLOAD.down} AND u.erased_at IS NULL AND ${taken}`,
);
/** One file, whoever owns it. */
export const noteFile = prepareChange<Taken & { readonly item: string; readonly sha256: string }>(
  sql`INSERT INTO ${takedownFiles} (takedown_id, key, sha256)
    SELECT ${p('takedown')}, key, CASE sha256 WHEN '' THEN ${p('sha256')} ELSE sha256 END FROM ${uploads}
    WHERE key = ${p('item')} AND ${taken}`,
);
export const hideFiles = prepareChange<Taken & { readonly now: number; readonly mark_upload: ChangeId }>(
  sql`UPDATE ${uploads} SET state = ${UPLOAD.down}, state_since = ${p('now')}, is_pending = 1, change_id = ${p('mark_upload')}
    WHERE key IN (SELECT key FROM ${takedownFiles} WHERE takedown_id = ${p('takedown')}) AND ${taken}`,
);
export const showFiles = prepareChange<Restored & { readonly now: number; readonly mark_upload: ChangeId }>(
  sql`UPDATE ${uploads} SET state = ${UPLOAD.live}, state_since = ${p('now')}, named_at = ${p('now')}, unnamed_since = NULL,
      is_kept = 1, is_pending = 1, change_id = ${p('mark_upload')}
    WHERE key IN (SELECT key FROM ${takedownFiles} WHERE takedown_id = ${p('takedown')})
      AND state = ${UPLOAD.down} AND erased_at IS NULL AND ${restored}`,
);
export const forgetFiles = prepareChange<Restored>(
  sql`DELETE FROM ${takedownFiles} WHERE takedown_id = ${p('takedown')} AND ${restored}`,
);
/** A file that comes back by its own name is no part of any takedown any more. */
export const releaseFile = prepareChange<{ readonly key: string }>(
  sql`DELETE FROM ${takedownFiles} WHERE key = ${p('key')}
    AND EXISTS (SELECT 1 FROM ${uploads} WHERE key = ${p('key')} AND state = ${UPLOAD.live})`,
);
