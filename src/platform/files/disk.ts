import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import {
  checkFileKey,
  checkRange,
  type FileMeta,
  type FilePage,
  type Files,
  FilesUnavailable,
  isFileKey,
} from './files.ts';

const metaSchema = z.object({
  contentType: z.string(),
  size: z.int().min(0),
  etag: z.string(),
  /** Descriptions of older versions do not have it. */
  isTracked: z.boolean().default(false),
  name: z.string().optional(),
});

/** Keys of a page, at most. */
const PAGE = 200;
const LAST_SHARD = 255;

/** Tells temporary names apart; names of a process that is gone are written over. */
let writes = 0;

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

const NO_ROOM = ['ENOSPC', 'EDQUOT', 'EROFS'];

/** An error of the disk, not of what was to be stored on it. */
const isNoRoom = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && NO_ROOM.includes(String(error.code));

/** Runs what writes; a disk that takes no more is `FilesUnavailable`. */
async function whereThereIsRoom<Result>(write: () => Promise<Result>): Promise<Result> {
  try {
    return await write();
  } catch (cause) {
    if (isNoRoom(cause)) throw new FilesUnavailable('The disk of the uploads takes no more.', { cause });
    throw cause;
  }
}

/** A folder of at most 256, by the key's hash, so that no folder grows without end. */
const shardOf = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, 2);

async function writeDurably(
  folder: string,
  name: string,
  write: (file: FileHandle) => Promise<void>,
): Promise<void> {
  writes += 1;
  const temporary = join(folder, `.${process.pid}-${writes}.tmp`);
  try {
    const file = await open(temporary, 'w');
    try {
      await write(file);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, join(folder, name));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes the body and learns its size and hash on the way. */
async function copyInto(file: FileHandle, body: Uint8Array | ReadableStream<Uint8Array>) {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of body instanceof Uint8Array ? [body] : body) {
    hash.update(chunk);
    size += chunk.length;
    await file.writeFile(chunk);
  }
  const sha256 = hash.digest('hex');
  return { size, sha256, etag: `"${sha256.slice(0, 32)}"` };
}

/**
 * Files in a folder of this machine: `<shard>/<key>`, and beside it `.<key>.json`, its description.
 * A file exists once its description does: bytes first, then the description, each synced, then renamed. A hidden
 * file's description is called `.<key>.hidden`.
 * What is held aside is `.<key>.tmp` in the folder itself. `.*.tmp` files left by a crash may be deleted while the server is stopped.
 */
export function diskFiles(root: string): Files {
  const folderOf = (key: string): string => {
    checkFileKey(key);
    return join(root, shardOf(key));
  };
  const describe = (key: string): string => `.${key}.json`;
  const hidden = (key: string): string => `.${key}.hidden`;

  /** Renames a description, durably; nothing happens when there is none. */
  async function redescribe(key: string, from: string, to: string): Promise<void> {
    const folder = folderOf(key);
    try {
      await rename(join(folder, from), join(folder, to));
      await syncFolder(folder);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }

  /** The keys of a shard that are described, sorted. */
  async function keysOf(shard: number): Promise<string[]> {
    const names = await readdir(join(root, shard.toString(16).padStart(2, '0'))).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
    const keys = names.flatMap((name) => /^\.(.+)\.json$/.exec(name)?.[1] ?? []);
    return keys.filter(isFileKey).sort();
  }

  async function head(key: string): Promise<FileMeta | undefined> {
    try {
      return metaSchema.parse(JSON.parse(await readFile(join(folderOf(key), describe(key)), 'utf8')));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  const files: Files = {
    head,
    async put(key, body, contentType, name) {
      const folder = folderOf(key);
      await mkdir(folder, { recursive: true });
      let written = { size: 0, etag: '', sha256: '' };
      await writeDurably(folder, key, async (file) => {
        written = await copyInto(file, body);
      });
      const { sha256, ...found } = written;
      const meta: FileMeta = { contentType, ...found, isTracked: true, ...(name && { name }) };
      await writeDurably(folder, describe(key), (file) => file.writeFile(JSON.stringify(meta)));
      await syncFolder(folder);
      return { ...meta, sha256 };
    },
    async hold(key, body) {
      checkFileKey(key);
      await mkdir(root, { recursive: true });
      const path = join(root, `.${key}.tmp`);
      const drop = () => rm(path, { force: true });
      const file = await open(path, 'w');
      try {
        const { size } = await copyInto(file, body);
        return {
          size,
          read: (start, count) =>
            Bun.file(path)
              .slice(start, start + count)
              .bytes(),
          stream: () => Bun.file(path).stream(),
          drop,
        };
      } catch (error) {
        await drop();
        throw error;
      } finally {
        await file.close();
      }
    },
    async get(key, range) {
      const meta = await head(key);
      if (!meta) return undefined;
      if (range) checkRange(range, meta.size);
      const { start, end } = range ?? { start: 0, end: meta.size - 1 };
      // Bun knows the length of such a stream and says it; of any other it sends none (Content-Length).
      const body = Bun.file(join(folderOf(key), key))
        .slice(start, end + 1)
        .stream();
      return { ...meta, body };
    },
    hide: (key) => redescribe(key, describe(key), hidden(key)),
    show: (key) => redescribe(key, hidden(key), describe(key)),
    async delete(key) {
      const folder = folderOf(key);
      await rm(join(folder, describe(key)), { force: true });
      await rm(join(folder, hidden(key)), { force: true });
      await rm(join(folder, key), { force: true });
    },
    async list(after = '0/'): Promise<FilePage> {
      const slash = after.indexOf('/');
      const [shard, last] = [Number(after.slice(0, slash)), after.slice(slash + 1)];
      const rest = (await keysOf(shard)).filter((key) => key > last);
      const keys = rest.slice(0, PAGE);
      if (rest.length > PAGE) return { keys, next: `${shard}/${keys.at(-1)}` };
      return shard < LAST_SHARD ? { keys, next: `${shard + 1}/` } : { keys };
    },
    async free() {
      await mkdir(root, { recursive: true });
      const { bavail, bsize } = await statfs(root);
      return bavail * bsize;
    },
  };
  return {
    ...files,
    put: (...file) => whereThereIsRoom(() => files.put(...file)),
    hold: (...file) => whereThereIsRoom(() => files.hold(...file)),
  };
}
