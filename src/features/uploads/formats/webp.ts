import { concat, latin1, Malformed, Reader } from './bytes.ts';
import { orientationOnly, readOrientation } from './exif.ts';
import { type CleanPicture, checkSize } from './picture.ts';

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

function chunksOf(bytes: Uint8Array): Chunk[] {
  const file = new Reader(bytes);
  const chunks: Chunk[] = [];
  for (let at = 0; at < file.length; ) {
    const type = file.text(at, 4);
    const length = file.u32(at + 4, true);
    chunks.push({ type, body: file.piece(at + 8, length) });
    at += 8 + length + (length & 1);
  }
  return chunks;
}

function write({ type, body }: Chunk): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(8 + body.length + (body.length & 1));
  whole.set(latin1(type));
  new DataView(whole.buffer).setUint32(4, body.length, true);
  whole.set(body, 8);
  return whole;
}

function checkBitmap({ type, body }: Chunk): void {
  const data = new Reader(body);
  if (type === 'VP8 ') {
    if (data.u24(3) !== 0x9d012a) throw new Malformed('WebP without its key frame');
    checkSize(data.u16(6, true) & 0x3fff, data.u16(8, true) & 0x3fff);
  } else if (type === 'VP8L') {
    if (data.u8(0) !== 0x2f) throw new Malformed('WebP without its signature');
    const sizes = data.u32(1, true);
    checkSize((sizes & 0x3fff) + 1, ((sizes >> 14) & 0x3fff) + 1);
  }
}

/** A frame of an animation has chunks of its own behind 16 bytes that say where and how long. */
function cleanFrame(body: Uint8Array): Uint8Array {
  const head = new Reader(body).piece(0, 16);
  const chunks = chunksOf(body.subarray(16)).filter(({ type }) => FRAME_KEPT.has(type));
  chunks.forEach(checkBitmap);
  if (!chunks.some(({ type }) => type !== 'ALPH')) throw new Malformed('WebP frame without a picture');
  return concat([head, ...chunks.map(write)]);
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

/** A WebP without EXIF (but for the orientation), XMP, unknown chunks and what follows its end. */
export function cleanWebp(bytes: Uint8Array): CleanPicture {
  const file = new Reader(bytes);
  if (file.text(0, 4) !== 'RIFF' || file.text(8, 4) !== 'WEBP') throw new Malformed('No WebP');
  const chunks = chunksOf(file.piece(12, file.u32(4, true) - 4));
  const [first] = chunks;
  if (!first || !['VP8X', 'VP8 ', 'VP8L'].includes(first.type)) throw new Malformed('WebP without a picture');
  const exif = chunks.find(({ type }) => type === 'EXIF');
  // A picture without VP8X has no place for an EXIF block, so that what is there says nothing.
  const orientation = exif && first.type === 'VP8X' ? readOrientation(exifOf(exif.body)) : 1;
  const kept = chunks
    .filter(({ type }) => KEPT.has(type))
    .map(({ type, body }) => {
      if (type === 'VP8X') return { type, body: cleanHeader(body, orientation !== 1) };
      if (type === 'ANMF') return { type, body: cleanFrame(body) };
      checkBitmap({ type, body });
      return { type, body };
    });
  if (!kept.some(({ type }) => ['VP8 ', 'VP8L', 'ANMF'].includes(type))) {
    throw new Malformed('WebP without a picture');
  }
  if (orientation !== 1) kept.push({ type: 'EXIF', body: orientationOnly(orientation) });
  const body = concat([latin1('WEBP'), ...kept.map(write)]);
  const animated = first.type === 'VP8X' && ((first.body[0] ?? 0) & IS_ANIMATED) !== 0;
  return { bytes: write({ type: 'RIFF', body }), animated };
}
