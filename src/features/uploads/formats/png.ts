import { crc32 } from 'node:zlib';
import { concat, latin1, Malformed, Reader } from './bytes.ts';
import { orientationOnly, readOrientation } from './exif.ts';
import { type CleanPicture, checkSize } from './picture.ts';

export const PNG_SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** Pixels, transparency, colours, resolution and animation; all other chunks are text, times or makers' own. */
const KEPT = new Set(
  'IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs acTL fcTL fdAT'.split(' '),
);

function chunk(type: string, body: Uint8Array): Uint8Array {
  const named = concat([latin1(type), body]);
  const whole = new Uint8Array(named.length + 8);
  const view = new DataView(whole.buffer);
  view.setUint32(0, body.length);
  whole.set(named, 4);
  view.setUint32(named.length + 4, crc32(named));
  return whole;
}

/** A PNG without text, times, EXIF (but for the orientation), unknown chunks and what follows its end. */
export function cleanPng(bytes: Uint8Array): CleanPicture {
  const file = new Reader(bytes);
  if (!PNG_SIGNATURE.every((byte, i) => file.u8(i) === byte)) throw new Malformed('No PNG');
  const before: Uint8Array[] = [];
  const data: Uint8Array[] = [];
  let [orientation, seen, animated] = [1, 0, false];
  for (let at = 8, type = ''; type !== 'IEND'; seen++) {
    const length = file.u32(at);
    type = file.text(at + 4, 4);
    const whole = file.piece(at, length + 12);
    const body = file.piece(at + 8, length);
    if ((seen === 0) !== (type === 'IHDR')) throw new Malformed('PNG begins with IHDR, once');
    if (type === 'IHDR') {
      if (length !== 13) throw new Malformed('IHDR has 13 bytes');
      checkSize(file.u32(at + 8), file.u32(at + 12));
    }
    if (type === 'eXIf') orientation = readOrientation(body);
    if (type === 'acTL') animated = true;
    if (KEPT.has(type)) {
      if (crc32(file.piece(at + 4, length + 4)) !== file.u32(at + 8 + length)) {
        throw new Malformed('PNG chunk with a wrong checksum');
      }
      (data.length === 0 && type !== 'IDAT' ? before : data).push(whole);
    } else if (/^[A-Z]/.test(type)) {
      throw new Malformed('Unknown PNG chunk that cannot be left out');
    }
    at += whole.length;
  }
  if (data.length < 2) throw new Malformed('PNG without a picture');
  const turned = orientation === 1 ? [] : [chunk('eXIf', orientationOnly(orientation))];
  return { bytes: concat([PNG_SIGNATURE, ...before, ...turned, ...data]), animated };
}
