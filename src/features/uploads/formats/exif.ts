import { Malformed, Reader } from './bytes.ts';

const ORIENTATION = 0x0112;
const SHORT = 3;

function orientationIn(tiff: Reader): number {
  const order = tiff.text(0, 2);
  const little = order === 'II';
  if (!little && order !== 'MM') return 1;
  if (tiff.u16(2, little) !== 42) return 1;
  const directory = tiff.u32(4, little);
  const entries = tiff.u16(directory, little);
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + i * 12;
    if (tiff.u16(entry, little) !== ORIENTATION) continue;
    const value = tiff.u16(entry + 8, little);
    return tiff.u16(entry + 2, little) === SHORT && value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

/** How the picture is turned: 1 (upright) to 8, out of an EXIF block; 1 when that says nothing sensible. */
export function readOrientation(tiff: Uint8Array): number {
  try {
    return orientationIn(new Reader(tiff));
  } catch (error) {
    if (error instanceof Malformed) return 1;
    throw error;
  }
}

/** The smallest EXIF block there is, with the orientation alone. */
export const orientationOnly = (orientation: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.of(
    ...[0x4d, 0x4d, 0, 42, 0, 0, 0, 8], // big-endian TIFF, directory at 8
    ...[0, 1, ORIENTATION >> 8, ORIENTATION & 255, 0, SHORT, 0, 0, 0, 1], // one entry, one short
    ...[0, orientation, 0, 0, 0, 0, 0, 0], // its value; no further directory
  );
