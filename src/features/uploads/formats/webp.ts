import { concat, joined, latin1, Malformed, Reader } from './bytes.ts';
import { orientationOnly, readOrientation } from './exif.ts';
import { type CleanPicture, checkSize, type Turning } from './picture.ts';
import { Parts, type Steps } from './steps.ts';

const KEPT = new Set(['VP8X', 'ICCP', 'ANIM', 'ANMF', 'ALPH', 'VP8 ', 'VP8L']);
const FRAME_KEPT = new Set(['ALPH', 'VP8 ', 'VP8L']);

/** Bits of VP8X's first byte. */
const HAS_EXIF = 0x08;
const HAS_XMP = 0x04;
const IS_ANIMATED = 0x02;

interface Chunk {
  readonly type: string;
  readonly body: Uint8Array;
}

/** The chunks, those left out that nobody asks for. */
function* chunksOf(bytes: Uint8Array, wanted: ReadonlySet<string>, parts: Parts): Steps<Chunk[]> {
  const file = new Reader(bytes);
  const chunks: Chunk[] = [];
  for (let at = 0; at < file.length; ) {
    yield;
    parts.count();
    const type = file.text(at, 4);
    const length = file.u32(at + 4, true);
    const body = file.piece(at + 8, length);
    if (wanted.has(type)) chunks.push({ type, body });
    at += 8 + length + (length & 1);
  }
  return chunks;
}

/** A chunk in pieces: its head, its body, and the byte that makes its length even. */
function pieces({ type, body }: Chunk): Uint8Array[] {
  const head = new Uint8Array(8);
  head.set(latin1(type));
  new DataView(head.buffer).setUint32(4, body.length, true);
  return [head, body, new Uint8Array(body.length & 1)];
}

/** Width and height of a bitmap; none for other chunks. */
function sizeOf({ type, body }: Chunk): [number, number] | undefined {
  const data = new Reader(body);
  if (type === 'VP8 ') {
    if (data.u24(3) !== 0x9d012a) throw new Malformed('WebP without its key frame');
    return [data.u16(6, true) & 0x3fff, data.u16(8, true) & 0x3fff];
  }
  if (type !== 'VP8L') return undefined;
  if (data.u8(0) !== 0x2f) throw new Malformed('WebP without its signature');
  const sizes = data.u32(1, true);
  return [(sizes & 0x3fff) + 1, ((sizes >> 14) & 0x3fff) + 1];
}

/** Refuses a bitmap of no or too large a size; says how many pixels it has. */
function pixelsOf(chunk: Chunk): number {
  const size = sizeOf(chunk);
  if (!size) return 0;
  checkSize(...size);
  return size[0] * size[1];
}

/** A frame of an animation has chunks of its own behind 16 bytes that say where and how long. */
function* cleanFrame(body: Uint8Array, parts: Parts): Steps<Uint8Array> {
  const head = new Reader(body).piece(0, 16);
  const chunks = yield* chunksOf(body.subarray(16), FRAME_KEPT, parts);
  chunks.forEach(pixelsOf);
  if (!chunks.some(({ type }) => type !== 'ALPH')) throw new Malformed('WebP frame without a picture');
  return yield* joined([head, ...chunks.flatMap(pieces)]);
}

function cleanHeader(body: Uint8Array, turned: boolean): Uint8Array {
  const header = new Reader(body);
  if (header.length !== 10) throw new Malformed('VP8X has 10 bytes');
  checkSize(header.u24(4, true) + 1, header.u24(7, true) + 1);
  const flags = header.u8(0) & ~(HAS_EXIF | HAS_XMP);
  return concat([Uint8Array.of(turned ? flags | HAS_EXIF : flags), body.subarray(1)]);
}

/** EXIF in WebP begins with TIFF's header; some writers put JPEG's `Exif` in front. */
function exifOf(body: Uint8Array): Uint8Array {
  return body.length > 6 && new Reader(body).text(0, 4) === 'Exif' ? body.subarray(6) : body;
}

/** A picture without VP8X has no place for an EXIF block, so that what is there says nothing. */
function orientationOf(chunks: readonly Chunk[]): number {
  const exif = chunks.find(({ type }) => type === 'EXIF');
  return exif && chunks[0]?.type === 'VP8X' ? readOrientation(exifOf(exif.body)) : 1;
}

/** What lies between the RIFF header and its end; some writers count that too long. */
function contentOf(bytes: Uint8Array): Uint8Array {
  const file = new Reader(bytes);
  if (file.text(0, 4) !== 'RIFF' || file.text(8, 4) !== 'WEBP') throw new Malformed('No WebP');
  return file.piece(12, Math.min(file.u32(4, true) - 4, file.length - 12));
}

/** A WebP without EXIF (but for the orientation), XMP, unknown chunks and what follows its end. */
export function* cleanWebp(bytes: Uint8Array, turning: Turning = 'kept'): Steps<CleanPicture> {
  const parts = new Parts(bytes.length);
  const chunks = yield* chunksOf(contentOf(bytes), new Set([...KEPT, 'EXIF']), parts);
  const [first] = chunks;
  if (!first || !['VP8X', 'VP8 ', 'VP8L'].includes(first.type)) throw new Malformed('WebP without a picture');
  const orientation = orientationOf(chunks);
  const writes = orientation !== 1 && turning === 'kept';
  const kept: Chunk[] = [];
  let effort = 0;
  for (const { type, body } of chunks) {
    yield;
    effort += pixelsOf({ type, body });
    if (type === 'VP8X') kept.push({ type, body: cleanHeader(body, writes) });
    else if (type === 'ANMF') kept.push({ type, body: yield* cleanFrame(body, parts) });
    else if (KEPT.has(type)) kept.push({ type, body });
  }
  if (!kept.some(({ type }) => ['VP8 ', 'VP8L', 'ANMF'].includes(type))) {
    throw new Malformed('WebP without a picture');
  }
  if (writes) kept.push({ type: 'EXIF', body: orientationOnly(orientation) });
  const body = yield* joined([latin1('WEBP'), ...kept.flatMap(pieces)]);
  const animated = first.type === 'VP8X' && ((first.body[0] ?? 0) & IS_ANIMATED) !== 0;
  const cleaned = yield* joined(pieces({ type: 'RIFF', body }));
  return { bytes: cleaned, animated, orientation, hasPlainColours: true, effort };
}
