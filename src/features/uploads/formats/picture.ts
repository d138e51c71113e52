import { MAX_PIXELS } from '../../../platform/files/files.ts';
import { Malformed } from './bytes.ts';

/** A picture without its metadata: the same pixels, not encoded again. */
export interface CleanPicture {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Has several frames, which a smaller copy would lose. */
  readonly animated: boolean;
  /** How it is turned, as EXIF says it: 1 (upright) to 8. */
  readonly orientation: number;
  /**
   * Its colours mean what a decoder takes them for; not so where a chunk says them that encoders do not write
   * again.
   */
  readonly hasPlainColours: boolean;
  /** What decoding costs: its pixels, as often as the file goes over them. */
  readonly effort: number;
}

/** Whether the orientation is written into the cleaned picture; without it, whoever decodes must turn the pixels. */
export type Turning = 'kept' | 'left out';

/** The picture is larger than anything should decode. */
export class TooManyPixels extends Error {
  override readonly name = 'TooManyPixels';
}

/** Refuses a size that is no size, and one that would fill a client's memory out of a few bytes. */
export function checkSize(width: number, height: number): void {
  if (width === 0 || height === 0) throw new Malformed('The picture has no size');
  if (width * height > MAX_PIXELS) throw new TooManyPixels(`${width} x ${height} pixels`);
}
