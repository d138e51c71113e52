import { sql } from 'drizzle-orm';
import * as z from 'zod';
import { takedownFiles } from '../../../db/schema/takedowns.ts';
import { uploads } from '../../../db/schema/uploads.ts';
import type { UserId } from '../../core/ids.ts';
import { discardUploads, storeUpload } from '../../features/uploads/store.ts';
import { noting, proveSpace } from '../../features/uploads/take.ts';
import { Refusal } from '../../http/failure.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import type { OperatorActor } from '../actor.ts';
import { isAllowed } from '../allowed.ts';
import { audited } from '../audit/append.ts';
import type { OperatorCall } from '../operators/operator-call.ts';
import { Refused } from '../refused.ts';

/** What it is called in a token's scopes and in the audit, and for whom it is. */
export const TAKING = {
  name: 'uploads.add',
  roles: ['finance'],
  about: 'takes in a file of the house, for `releases publish` or a gift’s picture',
} as const;

type Row = {
  readonly key: string;
  readonly size: number;
  readonly sha256: string;
  readonly contentType: string;
  readonly now: number;
};
/** No user's: it stays while the catalogue names it, and goes a while after nothing does. */
const enter = prepareChange<Row>(
  sql`INSERT INTO ${uploads} (key, bytes, sha256, content_type, made_at, state_since, named_at)
    SELECT ${p('key')}, ${p('size')}, ${p('sha256')}, ${p('contentType')}, ${p('now')}, ${p('now')}, ${p('now')}
      WHERE NOT EXISTS (SELECT 1 FROM ${takedownFiles} AS t WHERE t.sha256 <> '' AND t.sha256 = ${p('sha256')})`,
);

/** Why a file is not taken, by what the transport calls it. */
const WHY: Readonly<Record<string, string>> = {
  EMPTY_FILE: 'The body is empty: send the file itself.',
  BROKEN_FILE: 'The picture, voice or film is broken.',
  TOO_MANY_PIXELS: 'The picture has too many pixels.',
  TOO_MANY_PARTS: 'The file has too many parts.',
  TOO_MANY_SCANS: 'The picture has too many scans.',
  DISK_FULL: 'The disk is full.',
};

function refusedFile(error: unknown): never {
  if (!(error instanceof Refusal)) throw error;
  if (error.reason === 'FILE_TOO_LARGE')
    throw new Refused('BODY_TOO_LARGE', 'The file is larger than UPLOAD_MAX_BYTES.');
  const why = WHY[error.reason];
  if (why === undefined) throw error;
  throw new Refused('INVALID_PARAMETER', why, 'file');
}

/** Where a file is from now on. */
export const taken = z.object({
  key: z.string(),
  url: z.string(),
  bytes: z.number(),
  contentType: z.string(),
});
export type Taken = z.output<typeof taken>;

/** Takes in the body of an operator's call as one file of the house. Throws `Refused`; then nothing is kept. */
export async function takeUpload(call: OperatorCall, actor: OperatorActor): Promise<Taken> {
  if (call.header('content-type')?.split(';', 1)[0]?.trim() !== 'application/octet-stream')
    throw new Refused('NOT_JSON', 'Send the file itself, as application/octet-stream.');
  call.body.admit = async () => {};
  const name = new URL(call.request.url).searchParams.get('name') ?? '';
  return takeFile(call, actor, call.body.chunks(Number.POSITIVE_INFINITY), name);
}

/**
 * Takes in one file of the house: a gift's picture, a release. It is cleaned and served as users' are. Throws `Refused`;
 * then nothing is kept.
 */
export async function takeFile(
  call: OperatorCall,
  actor: OperatorActor,
  bytes: AsyncIterable<Uint8Array>,
  name: string,
): Promise<Taken> {
  if (!isAllowed(actor, TAKING)) throw new Refused('NOT_ALLOWED', 'Your role may not add files.');
  const { files, written } = noting(call.files);
  const { config, clock, random, thumbnails, publicUrl, log } = call;
  const context = {
    config,
    clock,
    random,
    thumbnails,
    publicUrl,
    log,
    files,
    caller: { userId: 0 as UserId },
  };
  await proveSpace(call).catch(refusedFile);
  const stored = await storeUpload(context, bytes, name, {}).catch(refusedFile);
  const size = stored.keys.reduce((sum, key) => sum + (written.get(key)?.size ?? 0), 0);
  const row = {
    key: stored.key,
    size,
    sha256: written.get(stored.key)?.sha256 ?? '',
    contentType: stored.contentType,
    now: clock.now(),
  };
  const record = {
    actor,
    operation: TAKING.name,
    subject: 'file',
    on: stored.key,
    requestId: call.requestId,
    reason: '',
    after: { bytes: size, type: stored.contentType, sha256: row.sha256 },
  } as const;
  try {
    const written = await call.db.write(audited(call, { entered: enter(row) }, ['entered'], record).batch);
    if (written['entered'] === 0)
      throw new Refused('INVALID_PARAMETER', 'The same file has been taken down.', 'file');
  } catch (error) {
    await discardUploads(call, [stored]);
    throw error;
  }
  return {
    key: stored.key,
    url: `${publicUrl}/upload/${stored.key}`,
    bytes: size,
    contentType: stored.contentType,
  };
}
