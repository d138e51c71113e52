import {
  type ByteRange,
  checkFileKey,
  checkRange,
  type Files,
  type StoredFile,
} from '../../src/platform/files/files.ts';

const streamOf = (bytes: Uint8Array): StoredFile['body'] =>
  new ReadableStream({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });

interface Kept {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  readonly name?: string | undefined;
}

const bytesOf = async (body: Uint8Array | ReadableStream<Uint8Array>) =>
  new Uint8Array(await new Response(body instanceof ReadableStream ? body : Buffer.from(body)).arrayBuffer());

/** Files in memory, for tests of what is not about files. */
export function memoryFiles(): Files & { readonly keys: () => string[]; readonly held: () => number } {
  const files = new Map<string, Kept>();
  const hidden = new Map<string, Kept>();
  let held = 0;
  const move = (key: string, from: Map<string, Kept>, to: Map<string, Kept>) => {
    checkFileKey(key);
    const file = from.get(key);
    if (file) to.set(key, file);
    from.delete(key);
  };
  const meta = ({ bytes, contentType, name }: Kept) => ({
    name,
    isTracked: true,
    contentType,
    size: bytes.byteLength,
    etag: `"${Bun.hash(bytes).toString(16)}"`,
  });
  return {
    keys: () => [...files.keys()],
    held: () => held,
    async put(key, body, contentType, name) {
      checkFileKey(key);
      const bytes = await bytesOf(body);
      files.set(key, { bytes, contentType, name });
      const sha256 = new Bun.CryptoHasher('sha256').update(bytes).digest('hex');
      return { ...meta({ bytes, contentType, name }), sha256 };
    },
    async hold(_, body) {
      const bytes = await bytesOf(body);
      held += 1;
      return {
        size: bytes.length,
        read: async (start, count) => bytes.subarray(start, start + count),
        async *stream() {
          yield bytes;
        },
        async drop() {
          held -= 1;
        },
      };
    },
    async head(key) {
      checkFileKey(key);
      const file = files.get(key);
      return file && meta(file);
    },
    async get(key: string, range?: ByteRange) {
      checkFileKey(key);
      const file = files.get(key);
      if (file && range) checkRange(range, file.bytes.length);
      return (
        file && {
          ...meta(file),
          body: streamOf(range ? file.bytes.slice(range.start, range.end + 1) : file.bytes),
        }
      );
    },
    hide: async (key) => move(key, files, hidden),
    show: async (key) => move(key, hidden, files),
    async delete(key) {
      checkFileKey(key);
      files.delete(key);
      hidden.delete(key);
    },
    list: async () => ({ keys: [...files.keys()] }),
    free: async () => undefined,
  };
}
