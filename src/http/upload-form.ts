import { Buffer } from 'node:buffer';
import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy';
import { addPairs, type RawParams } from './body.ts';
import { Refusal, refuse } from './failure.ts';

/** The names under which real clients send files (listing 11, behaviour.md 1.1). */
const FILE_FIELDS = new Set(['fileUpload', 'uploadfile', 'file']);

/** Files of one call; a moment has nine pictures. */
export const MAX_FILES = 9;
const MAX_FIELDS = 32;
const MAX_FIELD_BYTES = 16 * 1024;
const MAX_HEADER_BYTES = 8 * 1024;
const MAX_HEADERS = 16;
/** What boundaries, headers and fields may add to the files' bytes. */
const OVERHEAD = 1024 * 1024;

/** A file of a form, as it arrives: read it to its end before the next one is asked for. */
export interface UploadPart {
  /** As the sender called it, without folders. */
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** What both runtimes' readers of a body have in common. */
interface ChunkReader {
  read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
  cancel(): Promise<void>;
}

type Part = { readonly field: readonly [string, string] } | { readonly file: UploadPart };

const broken = () => new Refusal('INVALID_PARAMETER', { field: 'body' });

/**
 * A multipart body that is read as it arrives, at most a few chunks ahead of its reader. The fields before
 * the first file are parameters; later ones are skipped, because the files before them are stored by then.
 */
export class UploadForm {
  readonly #reader: ChunkReader;
  readonly #parser: BusboyInstance;
  readonly #limit: number;
  readonly #parts: Part[] = [];
  #failure: unknown;
  /** The file that arrives now. */
  #current: BusboyFileStream | undefined;
  #finished = false;
  #wake = () => {};

  constructor(body: ReadableStream<Uint8Array>, type: string, maxFileBytes: number) {
    this.#limit = MAX_FILES * maxFileBytes + OVERHEAD;
    this.#parser = newParser(type);
    this.#reader = body.getReader();
    this.#listen();
    this.#pump().catch((error: unknown) => this.#fail(error instanceof Refusal ? error : broken()));
  }

  #listen(): void {
    this.#parser
      .on('field', (name: string | undefined, value: string, _: boolean, truncated: boolean) => {
        if (truncated) this.#fail(new Refusal('BODY_TOO_LARGE'));
        else this.#push({ field: [name ?? '', value] });
      })
      .on('file', (field: string | undefined, stream: BusboyFileStream, name: string | undefined) => {
        stream.on('error', () => {}); // told by the parser as well
        this.#current = stream;
        if (FILE_FIELDS.has(field ?? ''))
          this.#push({ file: { name: name ?? '', bytes: this.#bytesOf(stream) } });
        else stream.resume();
      })
      .on('filesLimit', () => this.#fail(new Refusal('TOO_MANY_FILES')))
      .on('fieldsLimit', () => this.#fail(new Refusal('BODY_TOO_LARGE')))
      .on('partsLimit', () => this.#fail(new Refusal('BODY_TOO_LARGE')))
      .on('error', () => this.#fail(broken()))
      .on('finish', () => {
        this.#finished = true;
        this.#wake();
      });
  }

  /** Writes the body into the parser, which calls back when it wants more. */
  async #pump(): Promise<void> {
    let size = 0;
    for (let { value } = await this.#reader.read(); value; { value } = await this.#reader.read()) {
      size += value.length;
      if (size > this.#limit) refuse('BODY_TOO_LARGE');
      const chunk = Buffer.from(value.buffer, value.byteOffset, value.length);
      await new Promise<void>((resolve) => this.#parser.write(chunk, () => resolve()));
    }
    this.#parser.end();
  }

  #push(part: Part): void {
    this.#parts.push(part);
    this.#wake();
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    this.#current?.destroy(); // so that its reader does not wait for bytes that will not come
    this.#wake();
  }

  async *#bytesOf(stream: BusboyFileStream): AsyncGenerator<Uint8Array> {
    const iterator: AsyncIterator<Uint8Array> = stream[Symbol.asyncIterator]();
    for (;;) {
      const next = await this.#orFailure(iterator.next());
      if (next.done) return;
      yield next.value;
    }
  }

  /** A file that ends because the body broke off must not look whole. */
  async #orFailure<Value>(step: Promise<Value>): Promise<Value> {
    const value = await step.catch(() => {
      throw this.#failure ?? broken();
    });
    if (this.#failure !== undefined) throw this.#failure;
    return value;
  }

  /** The next part, left in its place; undefined at the end of the body. */
  async #next(): Promise<Part | undefined> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure;
      const [part] = this.#parts;
      if (part || this.#finished) return part;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** The fields before the first file. */
  async leadingFields(): Promise<RawParams> {
    const params: RawParams = new Map();
    for (let part = await this.#next(); part && 'field' in part; part = await this.#next()) {
      addPairs(params, [part.field]);
      this.#parts.shift();
    }
    return params;
  }

  /** The files in their order; a choice of no file, as browsers send it, is none. */
  async *files(): AsyncGenerator<UploadPart> {
    for (let part = await this.#next(); part; part = await this.#next()) {
      this.#parts.shift();
      if ('file' in part) yield part.file;
    }
  }

  /** Reads no further. */
  async cancel(): Promise<void> {
    this.#fail(broken());
    await this.#reader.cancel().catch(() => {});
  }
}

function newParser(type: string): BusboyInstance {
  try {
    return new Busboy({
      headers: { 'content-type': type },
      limits: {
        files: MAX_FILES,
        fields: MAX_FIELDS,
        parts: MAX_FILES + MAX_FIELDS,
        fieldSize: MAX_FIELD_BYTES,
        headerPairs: MAX_HEADERS,
        headerSize: MAX_HEADER_BYTES,
      },
      isPartAFile: (field, contentType, name) =>
        name !== undefined ||
        contentType === 'application/octet-stream' ||
        (field !== undefined && FILE_FIELDS.has(field)),
    });
  } catch {
    throw broken(); // no boundary
  }
}

/** Opens the form of a call; undefined when its body is not multipart. */
export function openUploadForm(request: Request, maxFileBytes: number): UploadForm | undefined {
  const type = request.headers.get('content-type') ?? '';
  if (!request.body || !/^multipart\/form-data\b/i.test(type)) return undefined;
  const length = Number(request.headers.get('content-length') ?? 0);
  if (length > MAX_FILES * maxFileBytes + OVERHEAD) refuse('BODY_TOO_LARGE');
  return new UploadForm(request.body, type, maxFileBytes);
}
