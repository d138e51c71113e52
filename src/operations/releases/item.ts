import { sql } from 'drizzle-orm';
import { releases } from '../../../db/schema/releases.ts';
import { UPLOAD, uploads } from '../../../db/schema/uploads.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import { type ChangeValues, changeMade, prepareItem } from '../catalogue/change.ts';

/** A release as the catalogue has it; `file` is the key of an upload, or empty where `url` is another's address. */
export type Release = {
  readonly device: number;
  readonly version: string;
  readonly url: string;
  readonly file: string;
  readonly bytes: number;
  readonly required: number;
  readonly withdrawn: number;
};

const [after, id] = [p('after'), sql`CAST(${p('item')} AS INTEGER)`];
const of = (name: keyof Release) => sql`${after} ->> ${sql.raw(`'${name}'`)}`;
const isWithdrawn = sql`${of('withdrawn')} = 1`;
/** An upload that is served. */
const hasFile = sql`(${of('file')} = '' OR EXISTS (SELECT 1 FROM ${uploads} WHERE key = ${of('file')} AND state = ${UPLOAD.live}))`;
/** Of a platform each version is offered once. */
const isNew = sql`NOT EXISTS (SELECT 1 FROM ${releases} WHERE device = ${of('device')} AND version = ${of('version')}
  AND withdrawn_at IS NULL)`;

export const releaseItem = prepareItem<Release>({
  subject: 'release',
  state: sql`(SELECT json_object('device', device, 'version', version, 'url', url,
      'file', CASE WHEN url = '' AND file LIKE 'upload/%' THEN substr(file, 8) ELSE '' END,
      'bytes', file_size, 'required', is_update, 'withdrawn', withdrawn_at IS NOT NULL)
    FROM ${releases} WHERE id = ${id})`,
  may: sql`(${isWithdrawn} OR (${hasFile} AND ${isNew}))`,
  put: (made) =>
    sql`UPDATE ${releases} SET withdrawn_at = ${p('now')} WHERE id = ${id} AND ${isWithdrawn} AND ${made}`,
});

/** What a new release has beside: its notes as they were written, and as HTML. */
export type Notes = { readonly notes: string; readonly content: string };

/** Offers a release. Apps that know of `url` alone find there where the file is (`getVersion`). */
export const putRelease = prepareChange<ChangeValues & Notes>(
  sql`INSERT INTO ${releases} (id, device, version, content, file, file_size, url, is_update, created_at, notes)
    SELECT ${id}, ${of('device')}, ${of('version')}, ${p('content')},
      CASE ${of('file')} WHEN '' THEN '' ELSE 'upload/' || (${of('file')}) END,
      CASE ${of('file')} WHEN '' THEN ${of('bytes')} ELSE (SELECT bytes FROM ${uploads} WHERE key = ${of('file')}) END,
      ${of('url')}, ${of('required')}, ${p('now')}, ${p('notes')}
    WHERE ${changeMade}`,
);
