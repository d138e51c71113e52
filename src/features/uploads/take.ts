import { refuse, refuseParameter } from '../../http/failure.ts';
import type { Files, WrittenFile } from '../../platform/files/files.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { enterUploads, proveRoom } from './quota.ts';
import { discardUploads, type StoredUpload, storeUpload } from './store.ts';

/** A store that remembers what was written to it. */
export function noting(files: Files): { files: Files; written: ReadonlyMap<string, WrittenFile> } {
  const written = new Map<string, WrittenFile>();
  return {
    written,
    files: {
      ...files,
      async put(key, body, contentType, name) {
        const file = await files.put(key, body, contentType, name);
        written.set(key, file);
        return file;
      },
    },
  };
}

/** Refuses while less is free than the database needs to go on writing. A store without an end always has room. */
export async function proveSpace({ files, config }: Pick<CallerContext, 'files' | 'config'>): Promise<void> {
  if (config.DISK_FREE_MIN_BYTES === 0) return;
  const free = await files.free();
  if (free !== undefined && free < config.DISK_FREE_MIN_BYTES) refuse('DISK_FULL');
}

/** What the files of a call are taken from, each when it is asked for. */
type Incoming = AsyncIterable<{ readonly name?: string; readonly bytes: AsyncIterable<Uint8Array> }>;

/** What a call takes in. */
interface Wanted {
  /** Files at most. */
  readonly most?: number;
  /** Any file, and not only what is shown and played; `fileExt` may name a nameless one. */
  readonly any?: { readonly fileExt?: string | undefined };
}

/**
 * Takes in files, all or none of them, under the caller's name: their bytes first, under keys that nobody knows, then
 * their rows. What a crash leaves between the two is entered by the walk through the store (`found.ts`).
 */
async function takeFiles(
  context: CallerContext,
  incoming: Incoming,
  { any }: Wanted,
): Promise<StoredUpload[]> {
  const { files, written } = noting(context.files);
  const { caller, config, clock, random, thumbnails, publicUrl, log } = context;
  const storing = { caller, config, clock, random, thumbnails, publicUrl, log, files };
  const taken: StoredUpload[] = [];
  try {
    for await (const { name, bytes } of incoming) {
      await proveSpace(context);
      taken.push(await storeUpload(storing, bytes, name, any));
    }
    const bytesOf = ({ keys }: StoredUpload) =>
      keys.reduce((sum, key) => sum + (written.get(key)?.size ?? 0), 0);
    const rows = taken.map((upload) => ({
      key: upload.key,
      bytes: bytesOf(upload),
      sha256: written.get(upload.key)?.sha256 ?? '',
      contentType: upload.contentType,
    }));
    if (rows.length > 0) await enterUploads(context, rows);
    return taken;
  } catch (error) {
    await discardUploads(context, taken);
    throw error;
  }
}

/** The first of them, or as many as there are. */
async function* atMost(incoming: Incoming, most: number): Incoming {
  let count = 0;
  for await (const each of incoming) {
    yield each;
    count += 1;
    if (count === most) return;
  }
}

/**
 * Takes in the files of the call's form, all or none of them: at least one, and with `most` 1 the first
 * alone; a form refuses more than it may have. The session is proved before a byte is stored.
 */
export async function takeForm(
  context: CallerContext,
  wanted: Wanted = {},
): Promise<[StoredUpload, ...StoredUpload[]]> {
  await proveRoom(context);
  if (!context.form) refuseParameter('fileUpload');
  const [first, ...others] = await takeFiles(
    context,
    atMost(context.form.files(), wanted.most ?? Number.POSITIVE_INFINITY),
    wanted,
  );
  return first ? [first, ...others] : refuseParameter('fileUpload');
}

/** Takes in the request's body itself as one file, whatever its header calls it. */
export async function takeBody(context: CallerContext, wanted: Wanted): Promise<StoredUpload> {
  await proveRoom(context);
  const { body, config } = context;
  if (body.isEmpty) refuseParameter('fileUpload');
  if (body.saysMoreThan(config.UPLOAD_MAX_BYTES)) refuse('FILE_TOO_LARGE');
  async function* incoming(): Incoming {
    yield { bytes: body.chunks(Number.POSITIVE_INFINITY) }; // the file's own limit ends it
  }
  const [taken] = await takeFiles(context, incoming(), wanted);
  return taken ?? refuseParameter('fileUpload');
}
