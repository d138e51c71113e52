import type { Files } from '../../platform/files/files.ts';
import { collect, peek, streamOf } from './bytes-in.ts';
import type { Source } from './formats/source.ts';

/** Bytes up to which a voice or film is kept in memory while it is looked at; longer ones wait in the store. */
const IN_MEMORY = 4 * 1024 * 1024;
/** Pieces in which they go out of memory. */
const PIECE = 256 * 1024;

/** A whole file that can be read more than once. */
export interface Spool extends Source {
  stream(): AsyncIterable<Uint8Array>;
  /** Must be called when nobody reads any more. */
  drop(): Promise<void>;
}

function memorySpool(bytes: Uint8Array): Spool {
  return {
    size: bytes.length,
    read: async (start, count) => bytes.subarray(start, start + count),
    async *stream() {
      for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
    },
    drop: async () => {},
  };
}

/** Keeps a file aside until it is dropped: the tables of a film may come behind what they speak of. */
export async function spool(files: Files, key: string, source: AsyncIterable<Uint8Array>): Promise<Spool> {
  const { head, all } = await peek(source, IN_MEMORY + 1);
  return head.length <= IN_MEMORY ? memorySpool(await collect(all)) : files.hold(key, streamOf(all));
}
