import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { checkFileKey, checkRange, type FileMeta, type Files } from './files.ts';

const metaSchema = z.object({ contentType: z.string(), size: z.int().min(0), etag: z.string() });

/** Tells temporary names apart; names of a process that is gone are written over. */
let writes = 0;

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

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
  return { size, etag: `"${hash.digest('hex').slice(0, 32)}"` };
}

/**
 * Files in a folder of this machine: `<shard>/<key>`, and beside it `.<key>.json`, its description.
 * A file exists once its description does: bytes first, then the description, each synced, then renamed.
 * `.*.tmp` files left by a crash may be deleted while the server is stopped.
 */
export function diskFiles(root: string): Files {
  const folderOf = (key: string): string => {
    checkFileKey(key);
    return join(root, shardOf(key));
  };
  const describe = (key: string): string => `.${key}.json`;

  async function head(key: string): Promise<FileMeta | undefined> {
    try {
      return metaSchema.parse(JSON.parse(await readFile(join(folderOf(key), describe(key)), 'utf8')));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  return {
    head,
    async put(key, body, contentType) {
      const folder = folderOf(key);
      await mkdir(folder, { recursive: true });
      let written = { size: 0, etag: '' };
      await writeDurably(folder, key, async (file) => {
        written = await copyInto(file, body);
      });
      const meta: FileMeta = { contentType, ...written };
      await writeDurably(folder, describe(key), (file) => file.writeFile(JSON.stringify(meta)));
      await syncFolder(folder);
      return meta;
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
    async delete(key) {
      const folder = folderOf(key);
      await rm(join(folder, describe(key)), { force: true });
      await rm(join(folder, key), { force: true });
    },
  };
}
