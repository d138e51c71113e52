import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { takedowns } from '../../../db/schema/takedowns.ts';
import { UPLOAD, uploads } from '../../../db/schema/uploads.ts';
import type { TakedownId } from '../../core/ids.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import type { Files } from '../../platform/files/files.ts';
import type { Platform } from '../../realtime/context.ts';
import { enterFound } from '../uploads/found.ts';
import { restoring, uploadOf } from '../uploads/operate.ts';
import { sealEvidence } from './evidence.ts';
import { hideFiles, noteFile, prepareTake, releaseFile } from './row.ts';
import type { Taking } from './values.ts';

const take = prepareTake(
  sql`EXISTS (SELECT 1 FROM ${uploads} WHERE key = ${p('item')} AND state <> ${UPLOAD.down} AND erased_at IS NULL)`,
);
const isBack = prepareChange<{ readonly key: string; readonly now: number }>(
  sql`UPDATE ${takedowns} SET restored_at = ${p('now')} WHERE subject = 'file' AND item = ${p('key')}
    AND restored_at IS NULL AND EXISTS (SELECT 1 FROM ${uploads} WHERE key = ${p('key')} AND state = ${UPLOAD.live})`,
);

/** The digest of a file that is older than digests; empty where the store is not at hand. */
async function digestOf(files: Files, key: string): Promise<string> {
  const file = await files.get(key);
  if (!file) return '';
  const hash = createHash('sha256');
  for await (const bytes of file.body) hash.update(bytes);
  return hash.digest('hex');
}

/**
 * The batch that takes a file down, with its smaller copy: its URL answers 410, and the same bytes are refused. A file
 * that has no row yet gets one. Undefined where there is none, or it is down already. `changed` changes a row where it
 * happens.
 */
export async function takingFileDown(home: Taking & Pick<Platform, 'files'>, key: string) {
  await enterFound(home, [key], { isAnyAge: true });
  const found = await uploadOf(home.db, key);
  if (!found || found.state === UPLOAD.down || found.erasedAt !== null) return undefined;
  const { clock, ids } = home;
  const { ownerId, contentType, bytes } = found;
  const sha256 = found.sha256 || (await digestOf(home.files, key));
  const takedown = ids.next<TakedownId>();
  const evidence = JSON.stringify({ key, contentType, bytes, sha256 });
  const { sealed, keepKey } = await sealEvidence(home, takedown, ownerId, evidence);
  const values = {
    takedown,
    subject: 'file',
    item: key,
    owner: ownerId,
    sealed,
    now: clock.now(),
    sha256,
    mark_upload: ids.mark(),
  };
  return { changed: take(values), keepKey, noteFile: noteFile(values), hideFiles: hideFiles(values) };
}

/** The batch that serves a file again, whatever took it away. `changed` changes a row where it comes back. */
export const restoringFile = (home: Taking & Pick<Platform, 'files'>, key: string) => ({
  ...restoring(home, key),
  releaseFile: releaseFile({ key }),
  isBack: isBack({ key, now: home.clock.now() }),
});
