import { Buffer } from 'node:buffer';
import { type Disposition, readDisposition } from './disposition.ts';
import { Refusal, refuse } from './failure.ts';

/** A part of a form: a field, or a file. */
export interface MultipartPart extends Disposition {
  /** In lower case, without parameters. */
  readonly contentType: string;
  /** Its bytes as they arrive. What nobody reads is skipped when the next part is asked for. */
  readonly bytes: AsyncGenerator<Uint8Array>;
}

/** Parts of one form: nine files, and more fields than any call has. */
const MAX_PARTS = 40;
const MAX_HEADER_BYTES = 8 * 1024;
const MAX_HEADERS = 16;
/** RFC 2046, 5.1.1. */
const MAX_BOUNDARY = 70;
const LINE_END = '\r\n';
const HEADERS_END = '\r\n\r\n';

const broken = () => new Refusal('INVALID_PARAMETER', { field: 'body' });

/** The boundary that a content type names. Throws where it names none. */
function boundaryOf(contentType: string): string {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]+)"|([^\s;"]+))/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain ?? '';
  if (boundary === '' || boundary.length > MAX_BOUNDARY) throw broken();
  return boundary;
}

/** Header lines by lower-case name; of a repeated one the first. */
function headersOf(block: string): ReadonlyMap<string, string> {
  const lines = block.replace(/\r\n[ \t]+/g, ' ').split(LINE_END, MAX_HEADERS + 2);
  if (lines.length > MAX_HEADERS + 1) throw broken();
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
    if (name !== '' && !headers.has(name)) headers.set(name, line.slice(colon + 1).trim());
  }
  return headers;
}

/**
 * Takes a multipart body apart as it arrives, part after part, and holds no more of it than a chunk and a part's
 * headers. What is broken is refused with code -1, too many parts with 413.
 */
export class MultipartReader {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #delimiter: Buffer;
  /** What has arrived and is not taken apart yet. The body begins as if behind a line's end. */
  #buffer = Buffer.from(LINE_END);
  #body: AsyncGenerator<Uint8Array>;
  #isOver = false;
  #parts = 0;

  constructor(source: AsyncIterable<Uint8Array>, contentType: string) {
    this.#delimiter = Buffer.from(`${LINE_END}--${boundaryOf(contentType)}`, 'latin1');
    this.#source = source[Symbol.asyncIterator]();
    this.#body = this.#untilDelimiter(); // what stands before the first part
  }

  /** The next part; undefined at the end of the form. */
  async next(): Promise<MultipartPart | undefined> {
    for (;;) {
      while (!(await this.#body.next()).done);
      if (this.#isOver || (await this.#isLast())) return undefined;
      this.#parts += 1;
      if (this.#parts > MAX_PARTS) refuse('BODY_TOO_LARGE');
      const headers = headersOf(await this.#headers());
      const disposition = readDisposition(headers.get('content-disposition') ?? '');
      this.#body = this.#untilDelimiter();
      const contentType = (headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
      if (disposition) return { ...disposition, contentType, bytes: this.#body };
    }
  }

  /** Reads no further. */
  async cancel(): Promise<void> {
    this.#isOver = true;
    await this.#body.return(undefined);
    await this.#source.return?.();
  }

  /** Waits for more; a body that ends here has broken off. */
  async #more(): Promise<void> {
    const { done, value } = await this.#source.next();
    if (done) throw broken();
    this.#buffer = this.#buffer.length === 0 ? Buffer.from(value) : Buffer.concat([this.#buffer, value]);
  }

  #take(count: number): Buffer {
    const taken = this.#buffer.subarray(0, count);
    this.#buffer = this.#buffer.subarray(count);
    return taken;
  }

  /** What comes before the next delimiter, which is taken away as well. */
  async *#untilDelimiter(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const end = this.#buffer.indexOf(this.#delimiter);
      // The end of what is here may be the beginning of a delimiter.
      const free = end < 0 ? Math.max(0, this.#buffer.length - this.#delimiter.length + 1) : end;
      const piece = this.#take(free);
      if (end >= 0) this.#take(this.#delimiter.length);
      if (piece.length > 0) yield piece;
      if (end >= 0) return;
      await this.#more();
    }
  }

  /** Whether the delimiter that was just taken ends the form. */
  async #isLast(): Promise<boolean> {
    while (this.#buffer.length < 2) await this.#more();
    this.#isOver = this.#buffer.subarray(0, 2).toString('latin1') === '--';
    return this.#isOver;
  }

  /** The header lines behind a delimiter. */
  async #headers(): Promise<string> {
    for (let searched = 0; ; ) {
      const end = this.#buffer.indexOf(HEADERS_END, searched);
      if (end > MAX_HEADER_BYTES || (end < 0 && this.#buffer.length > MAX_HEADER_BYTES)) throw broken();
      if (end >= 0) return this.#take(end + HEADERS_END.length).toString('utf8');
      searched = Math.max(0, this.#buffer.length - HEADERS_END.length + 1);
      await this.#more();
    }
  }
}
