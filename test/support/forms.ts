import { Buffer } from 'node:buffer';

export const BOUNDARY = 'teahouse-boundary';
export const MULTIPART = `multipart/form-data; boundary=${BOUNDARY}`;

/** A part of a form: text, or a file under a name. */
export interface FormPart {
  readonly field: string;
  readonly value: string | Uint8Array;
  /** Of a file. */
  readonly name?: string;
  readonly type?: string;
}

export const file = (value: Uint8Array, name = 'photo.jpg', type = 'image/jpeg'): FormPart => ({
  field: 'fileUpload',
  value,
  name,
  type,
});

/** A multipart body as bytes, so that tests can cut and bend it. */
export function form(...parts: FormPart[]): Buffer {
  const pieces = parts.map(({ field, value, name, type }) => {
    const disposition = `Content-Disposition: form-data; name="${field}"${name === undefined ? '' : `; filename="${name}"`}`;
    const head = `--${BOUNDARY}\r\n${disposition}\r\n${type ? `Content-Type: ${type}\r\n` : ''}\r\n`;
    return Buffer.concat([Buffer.from(head), Buffer.from(value as Uint8Array), Buffer.from('\r\n')]);
  });
  return Buffer.concat([...pieces, Buffer.from(`--${BOUNDARY}--\r\n`)]);
}

/** The bytes as a stream of unknown length; with `failure` it fails at its end, `before` comes before each chunk. */
export function bodyOf(
  bytes: Uint8Array,
  chunk = 16_384,
  failure?: Error,
  before: () => Promise<void> = async () => {},
): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    async pull(controller) {
      await before();
      if (at < bytes.length) {
        controller.enqueue(bytes.slice(at, at + chunk));
        at += chunk;
      } else if (failure) controller.error(failure);
      else controller.close();
    },
  });
}
