import { refuse } from './failure.ts';
import { fieldText, isFile, isWantedFile } from './multipart.ts';
import { type MultipartPart, MultipartReader } from './multipart-reader.ts';
import { addPairs, type RawParams } from './pairs.ts';
import type { RequestBody } from './request-body.ts';

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

/**
 * A multipart body that is read as it arrives, never ahead of its reader. The fields before the first file are
 * parameters; later ones are skipped, because the files before them are stored by then.
 */
export class UploadForm {
  readonly #reader: MultipartReader;
  readonly #body: RequestBody;
  readonly #params: RawParams = new Map();
  #first: MultipartPart | undefined;

  constructor(body: RequestBody, contentType: string, maxFileBytes: number) {
    this.#body = body;
    const chunks = body.chunks(MAX_FILES * maxFileBytes + OVERHEAD, () => this.#params);
    this.#reader = new MultipartReader(chunks, contentType);
  }

  /** The fields before the first file. */
  async leadingFields(): Promise<RawParams> {
    for (let part = await this.#reader.next(); part; part = await this.#reader.next()) {
      if (isFile(part)) {
        this.#first = part;
        break;
      }
      addPairs(this.#params, [[part.name ?? '', await fieldText(part, MAX_FIELD_BYTES)]]);
    }
    return this.#params;
  }

  /** The files in their order; a choice of no file, as browsers send it, is none. */
  async *files(): AsyncGenerator<UploadPart> {
    let count = 0;
    for (let part = this.#first ?? (await this.#reader.next()); part; part = await this.#reader.next()) {
      if (!isFile(part)) continue;
      count += 1;
      if (count > MAX_FILES) refuse('TOO_MANY_FILES');
      if (isWantedFile(part)) yield { name: part.fileName ?? '', bytes: part.bytes };
      this.#body.letGo(); // who asks for the next file is done with this one
    }
  }

  /** Reads no further. */
  async cancel(): Promise<void> {
    await this.#reader.cancel().catch(() => {});
  }
}

/** Opens the form of a call; undefined when its body is not multipart. */
export function openUploadForm(
  body: RequestBody,
  contentType: string,
  maxFileBytes: number,
): UploadForm | undefined {
  if (body.isEmpty || !/^multipart\/form-data\b/i.test(contentType)) return undefined;
  return new UploadForm(body, contentType, maxFileBytes);
}
