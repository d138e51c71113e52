/** What is kept beside a stored file. */
export interface FileMeta {
  readonly contentType: string;
  /** Of the whole file, in bytes. */
  readonly size: number;
  /** A strong ETag, quotes included. */
  readonly etag: string;
  /** What a download of it is called, where that was said. */
  readonly name?: string | undefined;
  /** False where it was written before uploads had rows (`db/schema/uploads.ts`). */
  readonly isTracked: boolean;
}

/** What a store knows of a file that it has just written. */
export interface WrittenFile extends FileMeta {
  /** Of its bytes, in lower-case hex. */
  readonly sha256: string;
}

/** A page of a store's keys. */
export interface FilePage {
  readonly keys: readonly string[];
  /** What to ask for the next page with; undefined after the last. */
  readonly next?: string;
}

/**
 * Thrown when nothing can be kept now: the disk is full, or can only be read. Nothing was stored; it may be tried again.
 */
export class FilesUnavailable extends Error {
  override readonly name = 'FilesUnavailable';
}

/** Bytes `start`–`end`, both inclusive, as in an HTTP Range. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export interface StoredFile extends FileMeta {
  /** The file, or the part that was asked for. It is opened when it is first read. */
  readonly body: ReadableStream<Uint8Array>;
}

/** Bytes that are kept aside, so that they can be read more than once. */
export interface HeldFile {
  readonly size: number;
  /** Exactly these bytes, which lie within the file. */
  read(start: number, count: number): Promise<Uint8Array>;
  /** All of them from the first on. */
  stream(): AsyncIterable<Uint8Array>;
  /** Forgets them. Must be called; what a crash leaves behind has no URL. */
  drop(): Promise<void>;
}

/**
 * Where uploads live: disk or R2. Every adapter passes `test/platform/files/files.test.ts`.
 * Keys are flat names (`isFileKey`); any other key is a `RangeError`.
 */
export interface Files {
  /**
   * Stores a file under a new key; it is there whole or not at all. Fails as the stream fails, and
   * then nothing is stored. A stream that is not read to its end is cancelled.
   * @param name what a download of it is called
   */
  put(
    key: string,
    body: Uint8Array | ReadableStream<Uint8Array>,
    contentType: string,
    name?: string,
  ): Promise<WrittenFile>;
  /** Keeps a stream aside under a new key that is nobody's URL. Fails as the stream fails, and then keeps nothing. */
  hold(key: string, body: ReadableStream<Uint8Array>): Promise<HeldFile>;
  head(key: string): Promise<FileMeta | undefined>;
  /** The file, or a part of it; undefined when there is none. A range outside the file fails. */
  get(key: string, range?: ByteRange): Promise<StoredFile | undefined>;
  /** Takes the file out of sight, its bytes kept: `head` and `get` find none. Nothing happens when there is none. */
  hide(key: string): Promise<void>;
  /** Puts a hidden file back; nothing happens when there is none. */
  show(key: string): Promise<void>;
  /** Removes the file, hidden or not; nothing happens when there is none. */
  delete(key: string): Promise<void>;
  /**
   * The keys of files that are not hidden, at most 200 at a time and each once, in an order of the store's own.
   * @param after `next` of the page before; undefined for the first
   */
  list(after?: string): Promise<FilePage>;
  /** Bytes that can still be written where the store lies; undefined where it has no such end. */
  free(): Promise<number | undefined>;
}

/** A picture's size above which nothing decodes it: 50 megapixels are 200 MB of memory. */
export const MAX_PIXELS = 50_000_000;

/**
 * Pixels times passes (the scans of a JPEG) above which nobody decodes a picture for a smaller copy: about two
 * seconds of one core. Cameras and editors stay below: 12 megapixels in 10 scans are 120 million.
 */
export const MAX_EFFORT = 500_000_000;

/** A picture to make a smaller copy of. */
export interface Shrinkable {
  readonly bytes: Uint8Array;
  /** How it is turned, as EXIF says it: 1 (upright) to 8. */
  readonly orientation: number;
  /** The same pixels in a file that does not say how they are turned. */
  plain(): Promise<Uint8Array>;
  /** Whose it is: an owner's pictures wait for each other, not others' for them. */
  readonly owner: number;
}

/** How pixels are turned until they stand upright: clockwise first, then mirrored; by EXIF's orientation. */
export interface Turn {
  readonly degrees: 0 | 90 | 180 | 270;
  /** `left-right` is about the vertical axis. */
  readonly mirror?: 'left-right' | 'top-bottom';
}

const TURNS: readonly Turn[] = [
  { degrees: 0 },
  { degrees: 0, mirror: 'left-right' },
  { degrees: 180 },
  { degrees: 0, mirror: 'top-bottom' },
  { degrees: 90, mirror: 'left-right' },
  { degrees: 90 },
  { degrees: 90, mirror: 'top-bottom' },
  { degrees: 270 },
];

export const turnOf = (orientation: number): Turn => TURNS[orientation - 1] ?? { degrees: 0 };

export interface SmallPicture {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

/**
 * Makes a smaller copy of a picture; undefined where the platform cannot, or not within `SHRINK_MS`, or where
 * the bytes are no picture. Then the picture goes out as it is.
 */
export interface Thumbnails {
  /** At most `width` pixels wide, upright, without metadata, in the picture's own format. */
  shrink(picture: Shrinkable, width: number): Promise<SmallPicture | undefined>;
}

/** So long a caller waits for a smaller copy, with the wait for a place. */
export const SHRINK_MS = 5000;

/** Letters, digits, `_`, `-` and inner dots: no key can leave its folder or hide in it. */
export const isFileKey = (key: string): boolean =>
  /^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,199}$/.test(key) && !key.includes('..');

/** Refuses a key that is no flat name: the features make keys, so that a bad one is a fault of ours. */
export function checkFileKey(key: string): void {
  if (!isFileKey(key)) throw new RangeError('Not a file key');
}

/** Refuses a range that does not lie within `size` bytes. */
export function checkRange(range: ByteRange, size: number): void {
  const { start, end } = range;
  const whole = Number.isInteger(start) && Number.isInteger(end);
  if (!whole || start < 0 || start > end || end >= size) throw new RangeError('Range outside the file');
}
