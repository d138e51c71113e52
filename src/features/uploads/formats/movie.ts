import { concat, latin1, Malformed, Reader } from './bytes.ts';
import { nextTurn, Parts, STRIDE } from './steps.ts';

/** Boxes whose boxes are looked at. */
const CONTAINERS = new Set(['moov', 'trak', 'mdia', 'minf', 'moof', 'traf']);
/** Boxes that say where, when, by whom or nothing: places, titles, makers' own data, padding. */
const BLANKED = new Set(['udta', 'meta', 'uuid', 'free', 'skip', 'wide', 'ID32']);
const DEEPEST = 16;

/** Walks the boxes of an MP4, M4A or MOV as it streams by; says what goes on in its place. */
class BoxWalk {
  /** Absolute offset of the next byte. */
  #at = 0;
  /** Where the open containers end, the outermost first. */
  readonly #ends: number[] = [];
  #header: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  /** Bytes of the current box that are still to come, and whether they are blanked. */
  #left = 0;
  #blank = false;
  #movies = 0;
  readonly #parts = new Parts(0);

  take(chunk: Uint8Array): Uint8Array<ArrayBuffer> {
    const out: Uint8Array[] = [];
    this.#parts.grow(chunk.length);
    for (let rest = chunk; rest.length > 0; ) {
      const piece = rest.subarray(0, this.#left > 0 ? this.#left : this.#missing());
      rest = rest.subarray(piece.length);
      if (this.#left > 0) {
        out.push(this.#blank ? new Uint8Array(piece.length) : piece);
        this.#left -= piece.length;
        this.#at += piece.length;
      } else {
        this.#header = concat([this.#header, piece]);
        if (this.#missing() === 0) out.push(this.#open());
      }
      if (this.#left === 0 && this.#header.length === 0) this.#close();
    }
    return concat(out);
  }

  /** Bytes that the current header still lacks: it has 8, or 16 where the size is a long one. */
  #missing(): number {
    const { length } = this.#header;
    if (length < 8) return 8 - length;
    return (new Reader(this.#header).u32(0) === 1 ? 16 : 8) - length;
  }

  #sizeOf(header: Reader, type: string): number {
    const short = header.u32(0);
    if (short === 0 && type === 'mdat' && this.#ends.length === 0) return Number.POSITIVE_INFINITY;
    const size = short === 1 ? header.u32(8) * 2 ** 32 + header.u32(12) : short;
    if (size < header.length) throw new Malformed('Box smaller than its header');
    return size;
  }

  /** The header is there: decides what becomes of the box, and gives the header that goes out. */
  #open(): Uint8Array {
    this.#parts.count();
    const header = new Reader(this.#header);
    const type = header.text(4, 4);
    const size = this.#sizeOf(header, type);
    if (this.#at === 0 && type !== 'ftyp') throw new Malformed('No ftyp');
    if (!/^[ -~\xa9]{4}$/.test(type)) throw new Malformed('Box without a name');
    const end = this.#at + size;
    if (end > (this.#ends.at(-1) ?? Number.POSITIVE_INFINITY))
      throw new Malformed('Box larger than its container');
    if (type === 'moov') this.#movies += 1;
    this.#at += header.length;
    this.#header = new Uint8Array(0);
    if (CONTAINERS.has(type)) {
      if (this.#ends.push(end) > DEEPEST) throw new Malformed('Boxes nested too deeply');
      return header.bytes;
    }
    this.#left = size - header.length;
    this.#blank = BLANKED.has(type);
    if (!this.#blank) return header.bytes;
    return concat([header.piece(0, 4), latin1('free'), header.piece(8, header.length - 8)]);
  }

  /** Leaves the containers that end here; less than a header at a container's end is padding. */
  #close(): void {
    for (let end = this.#ends.at(-1); end !== undefined; end = this.#ends.at(-1)) {
      if (this.#at < end) {
        if (end - this.#at >= 8) return;
        this.#left = end - this.#at;
        this.#blank = true;
        return;
      }
      this.#ends.pop();
    }
  }

  end(): void {
    const unfinished = this.#left > 0 && this.#left !== Number.POSITIVE_INFINITY;
    if (unfinished || this.#ends.length > 0 || this.#movies !== 1)
      throw new Malformed('Movie without its end');
  }
}

/**
 * An MP4, M4A, MOV or 3GP whose boxes of metadata are empty: user data, iTunes and QuickTime keys (places
 * among them), XMP, padding. Every offset stays, so that the tables of samples stay true. It streams.
 */
export async function* cleanMovie(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const walk = new BoxWalk();
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; at += STRIDE) {
      if (at > 0) await nextTurn();
      const out = walk.take(chunk.subarray(at, at + STRIDE));
      if (out.length > 0) yield out;
    }
  }
  walk.end();
}
