import { Refusal, refuse } from './failure.ts';
import { fieldText, isFile, isWantedFile } from './multipart.ts';
import { type MultipartPart, MultipartReader } from './multipart-reader.ts';
import { addPairs, type RawParams } from './pairs.ts';

/** Files of one call; a moment has nine pictures. */
export const MAX_FILES = 9;
const MAX_FIELD_BYTES = 16 * 1024;
/** What boundaries, headers and fields may add to the files' bytes. */
const OVERHEAD = 1024 * 1024;

/** A file of a form, as it arrives: read it to its end before the next one is asked for. */
export interface UploadPart {
  /** As the sender called it, without folders. */
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** Passes the bytes on, and refuses as soon as there are more than a form may have. */
async function* atMost(limit: number, body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  let size = 0;
  try {
    for await (const chunk of body) {
      size += chunk.length;
      if (size > limit) refuse('BODY_TOO_LARGE');
      yield chunk;
    }
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal('INVALID_PARAMETER', { field: 'body' });
  }
}

/**
 * A multipart body that is read as it arrives, never ahead of its reader. The fields before the first file are
 * parameters; later ones are skipped, because the files before them are stored by then.
 */
export class UploadForm {
  readonly #reader: MultipartReader;
  #first: MultipartPart | undefined;

  constructor(body: ReadableStream<Uint8Array>, contentType: string, maxFileBytes: number) {
    this.#reader = new MultipartReader(atMost(MAX_FILES * maxFileBytes + OVERHEAD, body), contentType);
  }

  /** The fields before the first file. */
  async leadingFields(): Promise<RawParams> {
    const params: RawParams = new Map();
    for (let part = await this.#reader.next(); part; part = await this.#reader.next()) {
      if (isFile(part)) {
        this.#first = part;
        break;
      }
      addPairs(params, [[part.name ?? '', await fieldText(part, MAX_FIELD_BYTES)]]);
    }
    return params;
  }

  /** The files in their order; a choice of no file, as browsers send it, is none. */
  async *files(): AsyncGenerator<UploadPart> {
    let count = 0;
    for (let part = this.#first ?? (await this.#reader.next()); part; part = await this.#reader.next()) {
      if (!isFile(part)) continue;
      count += 1;
      if (count > MAX_FILES) refuse('TOO_MANY_FILES');
      if (isWantedFile(part)) yield { name: part.fileName ?? '', bytes: part.bytes };
    }
  }

  /** Reads no further. */
  async cancel(): Promise<void> {
    await this.#reader.cancel().catch(() => {});
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
