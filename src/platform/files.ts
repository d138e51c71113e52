/** What is kept beside a stored file. */
export interface FileMeta {
  readonly contentType: string;
  readonly size: number;
  /** A strong ETag, quotes included. */
  readonly etag: string;
}

/** Bytes `start`–`end`, both inclusive, as in an HTTP Range. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export interface StoredFile extends FileMeta {
  readonly body: ReadableStream<Uint8Array>;
}

/** Where uploads live: disk or R2. Every adapter passes `test/adapters/files.test.ts`. Keys are flat names. */
export interface Files {
  /** Stores a file under a new key; it is there whole or not at all. */
  put(key: string, body: Uint8Array | ReadableStream<Uint8Array>, contentType: string): Promise<FileMeta>;
  head(key: string): Promise<FileMeta | undefined>;
  /** The file, or a part of it; undefined when there is none. The range must lie within the size. */
  get(key: string, range?: ByteRange): Promise<StoredFile | undefined>;
  delete(key: string): Promise<void>;
}

/** Makes a smaller copy of a picture; undefined where the platform cannot, or the bytes are no picture. */
export interface Thumbnails {
  /** At most `width` pixels wide, upright, without metadata. */
  shrink(picture: Uint8Array, width: number): Promise<{ bytes: Uint8Array; contentType: string } | undefined>;
}
