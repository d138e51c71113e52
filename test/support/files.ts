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

/** Files in memory, for tests of what is not about files. */
export function memoryFiles(): Files & { readonly keys: () => string[] } {
  const files = new Map<string, { bytes: Uint8Array; contentType: string }>();
  const meta = ({ bytes, contentType }: { bytes: Uint8Array; contentType: string }) => ({
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
      return meta({ bytes, contentType });
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
    async delete(key) {
      checkFileKey(key);
      files.delete(key);
    },
  };
}
