import { joined, Malformed, Reader } from './bytes.ts';
import { type CleanPicture, checkSize } from './picture.ts';
import { BYTES_PER_FINE_PART, Parts, type Steps } from './steps.ts';

const EXTENSION = 0x21;
const IMAGE = 0x2c;
const TRAILER = 0x3b;
const CONTROL = 0xf9;
const PLAIN_TEXT = 0x01;
const APPLICATION = 0xff;

/** Applications whose block says how to show the picture: how often it repeats, and its colours. */
const KEPT_APPLICATIONS = ['NETSCAPE2.0', 'ANIMEXTS1.0', 'ICCRGBG1012'];

/** Sub-blocks of one step. */
const BLOCKS_PER_STEP = 1024;

/** Length of the colour table that a packed field announces. */
const tableLength = (packed: number) => (packed & 0x80 ? 3 * 2 ** ((packed & 7) + 1) : 0);

/** Walks the blocks of a GIF, and keeps those that show something. */
class GifWalk {
  readonly file: Reader;
  readonly kept: Uint8Array[] = [];
  frames = 0;
  effort = 0;
  /** Right and lower edge of the first frame. */
  edges: readonly [number, number] = [0, 0];
  #control: Uint8Array | undefined;
  /** The last sub-blocks lack their terminator. */
  #isCut = false;
  readonly #parts: Parts;
  readonly #fine: Parts;

  constructor(bytes: Uint8Array) {
    this.file = new Reader(bytes);
    this.#parts = new Parts(bytes.length);
    this.#fine = new Parts(bytes.length, BYTES_PER_FINE_PART);
  }

  /** Where the sub-blocks that start at `at` end, behind their terminator, or where the file ends without one. */
  *#endOfBlocks(at: number): Steps<number> {
    for (let seen = 1; ; seen++) {
      this.#fine.count();
      this.#isCut = seen > 1 && at === this.file.length;
      if (this.#isCut) return at;
      const length = this.file.u8(at);
      at += length + 1;
      if (length === 0) return at;
      if (seen % BLOCKS_PER_STEP === 0) yield;
    }
  }

  /** A frame, with the control block before it; returns where it ends. */
  *frame(at: number): Steps<number> {
    const { file } = this;
    this.#parts.count();
    const [left, top] = [file.u16(at + 1, true), file.u16(at + 3, true)];
    const [width, height] = [file.u16(at + 5, true), file.u16(at + 7, true)];
    checkSize(width, height);
    const data = at + 10 + tableLength(file.u8(at + 9));
    const end = yield* this.#endOfBlocks(data + 1);
    if (end === data + 2) throw new Malformed('GIF frame without data');
    if (this.frames === 0) {
      this.edges = [left + width, top + height];
      this.effort = width * height;
    }
    if (this.#control) this.kept.push(this.#control);
    this.#control = undefined;
    this.#keep(at, end);
    this.frames += 1;
    return end;
  }

  /** Comments, texts and unknown applications are left out; the control block of a text goes with it. */
  *extension(at: number): Steps<number> {
    this.#parts.count();
    const label = this.file.u8(at + 1);
    const end = yield* this.#endOfBlocks(at + 2);
    if (label === CONTROL) this.#control = this.file.piece(at, end - at);
    else if (label === PLAIN_TEXT) this.#control = undefined;
    else if (this.#isKept(at, label)) this.#keep(at, end);
    return end;
  }

  #keep(at: number, end: number): void {
    this.kept.push(this.file.piece(at, end - at));
    if (this.#isCut) this.kept.push(Uint8Array.of(0));
  }

  #isKept(at: number, label: number): boolean {
    if (label !== APPLICATION) return false;
    if (this.file.u8(at + 2) !== 11) throw new Malformed('GIF application block without a name');
    return KEPT_APPLICATIONS.includes(this.file.text(at + 3, 11));
  }
}

/** Where the next byte is that is not 0; the file's end where there is none. Some writers fill up with zeros. */
function* behindZeros({ bytes }: Reader, at: number): Steps<number> {
  for (let seen = 1; bytes[at] === 0; at++, seen++) if (seen % 65536 === 0) yield;
  return at;
}

/** The header and the screen's colours; a screen without a size gets that of the first frame, as browsers give it. */
function screenOf({ file, edges: [right, bottom] }: GifWalk, length: number): Uint8Array {
  const screen = file.piece(0, length).slice();
  const view = new DataView(screen.buffer);
  if (view.getUint16(6, true) === 0) view.setUint16(6, Math.min(right, 0xffff), true);
  if (view.getUint16(8, true) === 0) view.setUint16(8, Math.min(bottom, 0xffff), true);
  checkSize(view.getUint16(6, true), view.getUint16(8, true));
  return screen;
}

/**
 * A GIF without comments, texts, XMP and what follows its end; it moves as before. One that only lacks its
 * trailer gets it.
 */
export function* cleanGif(bytes: Uint8Array): Steps<CleanPicture> {
  const walk = new GifWalk(bytes);
  const { file } = walk;
  if (!/^GIF8[79]a$/.test(file.text(0, 6))) throw new Malformed('No GIF');
  const screenLength = 13 + tableLength(file.u8(10));
  for (let at = screenLength; ; ) {
    yield;
    at = yield* behindZeros(file, at);
    if (at >= file.length && walk.frames > 0) break;
    const kind = file.u8(at);
    if (kind === TRAILER) break;
    if (kind === IMAGE) at = yield* walk.frame(at);
    else if (kind === EXTENSION) at = yield* walk.extension(at);
    else throw new Malformed('Unknown GIF block');
  }
  if (walk.frames === 0) throw new Malformed('GIF without a picture');
  const pieces = [screenOf(walk, screenLength), ...walk.kept, Uint8Array.of(TRAILER)];
  const { effort } = walk;
  return {
    bytes: yield* joined(pieces),
    animated: walk.frames > 1,
    orientation: 1,
    hasPlainColours: true,
    effort,
  };
}
