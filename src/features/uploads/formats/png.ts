import { crc32 } from 'node:zlib';
import { concat, joined, latin1, Malformed, Reader } from './bytes.ts';
import { orientationOnly, readOrientation } from './exif.ts';
import { type CleanPicture, checkSize, type Turning } from './picture.ts';
import { Parts, STRIDE, type Steps } from './steps.ts';

export const PNG_SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** Pixels, transparency, colours, resolution and animation; all other chunks are text, times or makers' own. */
const KEPT = new Set(
  'IHDR PLTE IDAT tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs acTL fcTL fdAT'.split(' '),
);
const PICTURE_DATA = new Set(['IDAT', 'fdAT']);
const isCritical = (type: string) => /^[A-Z]/.test(type);

function chunk(type: string, body: Uint8Array): Uint8Array {
  const named = concat([latin1(type), body]);
  const whole = new Uint8Array(named.length + 8);
  const view = new DataView(whole.buffer);
  view.setUint32(0, body.length);
  whole.set(named, 4);
  view.setUint32(named.length + 4, crc32(named));
  return whole;
}

function* checksum(bytes: Uint8Array): Steps<number> {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += STRIDE) {
    if (at > 0) yield;
    sum = crc32(bytes.subarray(at, at + STRIDE), sum);
  }
  return sum;
}

/** Pixels, and how often decoding goes over them: twice where the rows come interlaced. */
function effortOf(header: Reader): number {
  if (header.length !== 13) throw new Malformed('IHDR has 13 bytes');
  const [width, height] = [header.u32(0), header.u32(4)];
  checkSize(width, height);
  return width * height * (header.u8(12) === 0 ? 1 : 2);
}

/** What says how the colours are meant. */
const COLOURS = new Set(['cICP', 'iCCP', 'sRGB', 'gAMA', 'cHRM']);
/** White and the three colours of sRGB, times 100,000, and its curve. */
const SRGB_PLACES = [31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000];
const SRGB_GAMMA = 45455;
const near = (one: number, other: number) => Math.abs(one - other) <= 100;

/**
 * True where the colours are sRGB's or those of a profile, which decoders carry over; false where only `cICP`,
 * `gAMA` or `cHRM` say what they are, and it is something else. The first of them that is there counts.
 */
function arePlain(colours: ReadonlyMap<string, Reader>): boolean {
  const code = colours.get('cICP');
  if (code) return code.u8(0) === 1 && code.u8(1) === 13;
  if (colours.has('iCCP') || colours.has('sRGB')) return true;
  const [gamma, places] = [colours.get('gAMA'), colours.get('cHRM')];
  const isGamma = !gamma || near(gamma.u32(0), SRGB_GAMMA);
  return isGamma && (!places || SRGB_PLACES.every((place, i) => near(places.u32(4 * i), place)));
}

/** True where the picture is all there, and what follows is no whole chunk of it: an end without IEND. */
function endsHere(file: Reader, at: number): boolean {
  if (at + 12 > file.length) return true;
  return file.u32(at) > file.length - at - 12 && !PICTURE_DATA.has(file.text(at + 4, 4));
}

/** A PNG without text, times, EXIF (but for the orientation), unknown chunks and what follows its end. */
export function* cleanPng(bytes: Uint8Array, turning: Turning = 'kept'): Steps<CleanPicture> {
  const file = new Reader(bytes);
  if (!PNG_SIGNATURE.every((byte, i) => file.u8(i) === byte)) throw new Malformed('No PNG');
  const parts = new Parts(bytes.length);
  const before: Uint8Array[] = [];
  const data: Uint8Array[] = [];
  const colours = new Map<string, Reader>();
  let [orientation, effort, animated] = [1, 0, false];
  for (let at = 8; ; ) {
    yield;
    parts.count();
    if (data.length > 0 && endsHere(file, at)) break;
    const length = file.u32(at);
    const type = file.text(at + 4, 4);
    if (type === 'IEND') break;
    const whole = file.piece(at, length + 12);
    const body = file.piece(at + 8, length);
    if ((at === 8) !== (type === 'IHDR')) throw new Malformed('PNG begins with IHDR, once');
    if (type === 'IHDR') effort = effortOf(new Reader(body));
    if (type === 'eXIf') orientation = readOrientation(body);
    if (KEPT.has(type)) {
      const sound = (yield* checksum(file.piece(at + 4, length + 4))) === file.u32(at + 8 + length);
      if (!sound && isCritical(type)) throw new Malformed('PNG chunk with a wrong checksum');
      if (sound) (data.length === 0 && type !== 'IDAT' ? before : data).push(whole);
      if (sound && type === 'acTL') animated = true;
      if (sound && COLOURS.has(type)) colours.set(type, new Reader(body));
    } else if (isCritical(type)) {
      throw new Malformed('Unknown PNG chunk that cannot be left out');
    }
    at += whole.length;
  }
  if (data.length === 0) throw new Malformed('PNG without a picture');
  const turned =
    orientation === 1 || turning === 'left out' ? [] : [chunk('eXIf', orientationOnly(orientation))];
  const end = chunk('IEND', new Uint8Array(0));
  const cleaned = yield* joined([PNG_SIGNATURE, ...before, ...turned, ...data, end]);
  return { bytes: cleaned, animated, orientation, hasPlainColours: arePlain(colours), effort };
}
