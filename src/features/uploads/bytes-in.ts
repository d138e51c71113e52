import { refuse } from '../../http/failure.ts';
import { concat } from './formats/bytes.ts';

type Source = AsyncIterable<Uint8Array>;

/** Passes the bytes on, and refuses as soon as there are more than `limit`. */
export async function* limited(source: Source, limit: number): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > limit) refuse('FILE_TOO_LARGE');
    yield chunk;
  }
}

/** Reads at least `count` bytes, where there are as many: they, and all bytes from the first on. */
export async function peek(source: Source, count: number): Promise<{ head: Uint8Array; all: Source }> {
  const iterator = source[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  for (let size = 0; size < count; ) {
    const next = await iterator.next();
    if (next.done) break;
    chunks.push(next.value);
    size += next.value.length;
  }
  const head = concat(chunks);
  async function* all() {
    try {
      yield head;
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return { head, all: all() };
}

/** All bytes in one piece, which grows as they come: it costs nothing more when they come one by one. */
export async function collect(source: Source): Promise<Uint8Array> {
  let [whole, size] = [new Uint8Array(64 * 1024), 0];
  for await (const chunk of source) {
    if (size + chunk.length > whole.length) {
      const larger = new Uint8Array(Math.max(whole.length * 2, size + chunk.length));
      larger.set(whole.subarray(0, size));
      whole = larger;
    }
    whole.set(chunk, size);
    size += chunk.length;
  }
  return whole.subarray(0, size);
}

/** The same bytes as a stream that is read when it is asked for. */
export function streamOf(source: Source): ReadableStream<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await iterator.next();
        if (next.done) controller.close();
        else controller.enqueue(next.value);
      },
      async cancel() {
        await iterator.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
