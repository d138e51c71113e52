import { concat, joined, latin1, Malformed, Reader } from './bytes.ts';
import { orientationOnly, readOrientation } from './exif.ts';
import { type CleanPicture, checkSize, type Turning } from './picture.ts';
import { Parts, STRIDE, type Steps, TooManyParts } from './steps.ts';

const TEM = 0x01;
const RST0 = 0xd0;
const RST7 = 0xd7;
const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const APP0 = 0xe0;
const APP1 = 0xe1;
const APP2 = 0xe2;
const APP14 = 0xee;

/** Each scan goes over all pixels again; encoders write 1 to 10 or so. */
export const MAX_SCANS = 100;

/** SOF0–SOF15 without DHT (C4), JPG (C8) and DAC (CC), which share their row. */
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
/** What decoding needs: frames and tables (C0–CF), DQT (DB), DNL (DC), DRI (DD). */
const isNeeded = (marker: number) =>
  (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc8) || (marker >= 0xdb && marker <= 0xdd);
const isRestart = (marker: number) => marker >= RST0 && marker <= RST7;

const EXIF = 'Exif\0\0';
const ICC = 'ICC_PROFILE\0';

const segment = (marker: number, body: Uint8Array) =>
  concat([Uint8Array.of(0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 255), body]);

/** Where a marker begins that is no restart, from `at` up to `end`; `end` where there is none. */
function findMarker(bytes: Uint8Array, at: number, end: number): number {
  for (let i = at; i < end; i++) {
    if (bytes[i] !== 0xff) continue;
    const next = bytes[i + 1];
    if (next !== undefined && next !== 0 && next !== 0xff && !isRestart(next)) return i;
  }
  return end;
}

/** Where the next marker that is no restart begins; the file's end where there is none. */
function* nextMarker({ bytes }: Reader, at: number): Steps<number> {
  for (let from = at; from < bytes.length; from += STRIDE) {
    const end = Math.min(from + STRIDE, bytes.length);
    const found = findMarker(bytes, from, end);
    if (found < end) return found;
    yield;
  }
  return bytes.length;
}

/** The parts of an application segment that are the picture's own, without thumbnails. */
function keptApplication(marker: number, body: Reader): Uint8Array | undefined {
  const begins = (name: string) => body.length >= name.length && body.text(0, name.length) === name;
  if (marker === APP0 && begins('JFIF\0') && body.length >= 14) {
    return segment(marker, concat([body.piece(0, 12), Uint8Array.of(0, 0)]));
  }
  if (marker === APP2 && begins(ICC)) return segment(marker, body.bytes);
  if (marker === APP14 && begins('Adobe') && body.length >= 12) return segment(marker, body.piece(0, 12));
  return undefined;
}

const isExif = (marker: number, body: Reader) =>
  marker === APP1 && body.length > 6 && body.text(0, 6) === EXIF;

/** What is known of a JPEG while it is walked. */
class JpegParts {
  readonly head: Uint8Array[] = [];
  readonly rest: Uint8Array[] = [];
  orientation = 1;
  pixels = 0;
  frames = 0;
  scans = 0;

  /** Takes a segment other than a scan. */
  take(marker: number, body: Reader, whole: Uint8Array): void {
    if (isFrame(marker)) {
      checkSize(body.u16(3), body.u16(1));
      this.pixels = body.u16(3) * body.u16(1);
      this.frames += 1;
    }
    if (isNeeded(marker)) this.rest.push(whole);
    else if (isExif(marker, body)) this.orientation = readOrientation(body.piece(6, body.length - 6));
    else if (marker < APP0 || (marker > 0xef && marker !== 0xfe)) throw new Malformed('Unknown JPEG segment');
    else {
      const kept = keptApplication(marker, body);
      if (kept) (marker === APP0 ? this.head : this.rest).push(kept);
    }
  }

  takeScan(whole: Uint8Array): void {
    if (this.frames === 0) throw new Malformed('JPEG scan before its frame');
    this.rest.push(whole);
    this.scans += 1;
    if (this.scans > MAX_SCANS) throw new TooManyParts('scans', MAX_SCANS);
  }

  *finish(turning: Turning): Steps<CleanPicture> {
    const { head, rest, orientation, pixels, frames, scans } = this;
    if (frames !== 1 || scans === 0) throw new Malformed('JPEG without a picture');
    const turned =
      orientation === 1 || turning === 'left out'
        ? []
        : [segment(APP1, concat([latin1(EXIF), orientationOnly(orientation)]))];
    const parts = [Uint8Array.of(0xff, SOI), ...head, ...turned, ...rest, Uint8Array.of(0xff, EOI)];
    const cleaned = yield* joined(parts);
    return { bytes: cleaned, animated: false, orientation, hasPlainColours: true, effort: pixels * scans };
  }
}

/**
 * A JPEG with nothing but what decoding and colours need: EXIF (places, thumbnails, makers' notes), XMP,
 * IPTC, comments and everything behind the end are gone; the orientation stays, in an EXIF block of its own.
 */
export function* cleanJpeg(bytes: Uint8Array, turning: Turning = 'kept'): Steps<CleanPicture> {
  const file = new Reader(bytes);
  if (file.u16(0) !== 0xff00 + SOI) throw new Malformed('No JPEG');
  const seen = new JpegParts();
  const parts = new Parts(bytes.length);
  for (let at = 2; ; ) {
    yield;
    at = yield* nextMarker(file, at);
    // Browsers show a picture that ends without saying so.
    if (at === file.length && seen.scans > 0) break;
    const marker = file.u8(at + 1);
    if (marker === EOI) break;
    parts.count();
    if (marker === TEM) {
      at += 2;
      continue;
    }
    const length = file.u16(at + 2);
    if (length < 2) throw new Malformed('JPEG segment without a length');
    const body = new Reader(file.piece(at + 4, length - 2));
    const end = at + 2 + length;
    if (marker === SOS) {
      const scanEnd = yield* nextMarker(file, end);
      if (scanEnd === end) throw new Malformed('JPEG scan without data');
      seen.takeScan(file.piece(at, scanEnd - at));
      at = scanEnd;
    } else {
      seen.take(marker, body, file.piece(at, end - at));
      at = end;
    }
  }
  return yield* seen.finish(turning);
}
