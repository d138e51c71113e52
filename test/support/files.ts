import {
  type ByteRange,
  checkFileKey,
  checkRange,
  type Files,
  type StoredFile,
} from '../../src/platform/files.ts';

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
}

/** Files in memory, for tests of what is not about files. */
export function memoryFiles(): Files & { readonly keys: () => string[] } {
  const files = new Map<string, Kept>();
  const hidden = new Map<string, Kept>();
  const move = (key: string, from: Map<string, Kept>, to: Map<string, Kept>) => {
    checkFileKey(key);
    const file = from.get(key);
    if (file) to.set(key, file);
    from.delete(key);
  };
  const meta = ({ bytes, contentType }: Kept) => ({
    isTracked: true,
    contentType,
    size: bytes.byteLength,
    etag: `"${Bun.hash(bytes).toString(16)}"`,
  });
  return {
    keys: () => [...files.keys()],
    async put(key, body, contentType) {
      checkFileKey(key);
      const bytes = new Uint8Array(
        await new Response(body instanceof ReadableStream ? body : Buffer.from(body)).arrayBuffer(),
      );
      files.set(key, { bytes, contentType });
      const sha256 = new Bun.CryptoHasher('sha256').update(bytes).digest('hex');
      return { ...meta({ bytes, contentType }), sha256 };
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
