import { concat, latin1, Malformed, Reader } from './bytes.ts';
import { orientationOnly, readOrientation } from './exif.ts';
import { type CleanPicture, checkSize } from './picture.ts';

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const APP0 = 0xe0;
const APP1 = 0xe1;
const APP2 = 0xe2;
const APP14 = 0xee;

/** SOF0–SOF15 without DHT (C4), JPG (C8) and DAC (CC), which share their row. */
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
/** What decoding needs: frames and tables (C0–CF), DQT (DB), DNL (DC), DRI (DD). */
const isNeeded = (marker: number) =>
  (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc8) || (marker >= 0xdb && marker <= 0xdd);

const EXIF = 'Exif\0\0';
const ICC = 'ICC_PROFILE\0';

const segment = (marker: number, body: Uint8Array) =>
  concat([Uint8Array.of(0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 255), body]);

/** Where the compressed data that starts at `at` ends: at the next marker that is no restart. */
function endOfScan(file: Reader, at: number): number {
  const { bytes } = file;
  for (;;) {
    const mark = bytes.indexOf(0xff, at);
    if (mark < 0) throw new Malformed('JPEG without an end');
    const next = file.u8(mark + 1);
    if (next === 0xff) at = mark + 1;
    else if (next === 0 || (next >= 0xd0 && next <= 0xd7)) at = mark + 2;
    else return mark;
  }
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

/**
 * A JPEG with nothing but what decoding and colours need: EXIF (places, thumbnails, makers' notes), XMP,
 * IPTC, comments and everything behind the end are gone; the orientation stays, in an EXIF block of its own.
 */
export function cleanJpeg(bytes: Uint8Array): CleanPicture {
  const file = new Reader(bytes);
  if (file.u16(0) !== 0xff00 + SOI) throw new Malformed('No JPEG');
  const head: Uint8Array[] = [];
  const rest: Uint8Array[] = [];
  let [orientation, frames, scans] = [1, 0, 0];
  for (let at = 2; ; ) {
    if (file.u8(at) !== 0xff) throw new Malformed('JPEG marker expected');
    const marker = file.u8(at + 1);
    if (marker === 0xff) {
      at += 1; // markers may be filled up
      continue;
    }
    if (marker === EOI) break;
    const length = file.u16(at + 2);
    if (length < 2) throw new Malformed('JPEG segment without a length');
    const body = new Reader(file.piece(at + 4, length - 2));
    const end = at + 2 + length;
    if (isFrame(marker)) {
      checkSize(body.u16(3), body.u16(1));
      frames += 1;
    }
    if (marker === SOS) {
      if (frames === 0) throw new Malformed('JPEG scan before its frame');
      const scanEnd = endOfScan(file, end);
      if (scanEnd === end) throw new Malformed('JPEG scan without data');
      rest.push(file.piece(at, scanEnd - at));
      scans += 1;
      at = scanEnd;
      continue;
    }
    if (isNeeded(marker)) rest.push(file.piece(at, end - at));
    else if (marker === APP1 && body.length > 6 && body.text(0, 6) === EXIF) {
      orientation = readOrientation(body.piece(6, body.length - 6));
    } else if (marker < APP0 || (marker > 0xef && marker !== 0xfe)) {
      throw new Malformed('Unknown JPEG segment');
    } else {
      const kept = keptApplication(marker, body);
      if (kept) (marker === APP0 ? head : rest).push(kept);
    }
    at = end;
  }
  if (frames !== 1 || scans === 0) throw new Malformed('JPEG without a picture');
  const turned =
    orientation === 1 ? [] : [segment(APP1, concat([latin1(EXIF), orientationOnly(orientation)]))];
  const parts = [Uint8Array.of(0xff, SOI), ...head, ...turned, ...rest, Uint8Array.of(0xff, EOI)];
  return { bytes: concat(parts), animated: false };
}
