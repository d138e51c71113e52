import { STRIDE, type Steps } from './steps.ts';

/** The bytes are not what their first ones promise. */
export class Malformed extends Error {
  override readonly name = 'Malformed';
}

/** Reads numbers and pieces out of bytes; what lies outside is `Malformed`, never undefined. */
export class Reader {
  readonly bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get length(): number {
    return this.bytes.length;
  }

  #check(at: number, count: number): void {
    if (at < 0 || at + count > this.length) throw new Malformed('The file ends too early');
  }

  u8(at: number): number {
    this.#check(at, 1);
    return this.#view.getUint8(at);
  }

  u16(at: number, little = false): number {
    this.#check(at, 2);
    return this.#view.getUint16(at, little);
  }

  u24(at: number, little = false): number {
    if (little) return this.u8(at) + this.u16(at + 1, true) * 0x100;
    return this.u8(at) * 0x10000 + this.u16(at + 1);
  }

  u32(at: number, little = false): number {
    this.#check(at, 4);
    return this.#view.getUint32(at, little);
  }

  /** A number of eight bytes; beyond 2^53 it is not exact, and outside of every file. */
  u64(at: number): number {
    return this.u32(at) * 2 ** 32 + this.u32(at + 4);
  }

  /** Latin-1 text. */
  text(at: number, count: number): string {
    return String.fromCharCode(...this.piece(at, count));
  }

  /** A view, not a copy. */
  piece(at: number, count: number): Uint8Array {
    this.#check(at, count);
    return this.bytes.subarray(at, at + count);
  }
}

export function concat(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** `concat` for pieces that may be large. */
export function* joined(pieces: readonly Uint8Array[]): Steps<Uint8Array<ArrayBuffer>> {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let [at, copied] = [0, 0];
  for (const piece of pieces) {
    for (let from = 0; from < piece.length; from += STRIDE) {
      const part = piece.subarray(from, from + STRIDE);
      whole.set(part, at);
      at += part.length;
      copied += part.length;
      if (copied < STRIDE) continue;
      copied = 0;
      yield;
    }
  }
  return whole;
}

export const latin1 = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(text, (letter) => letter.charCodeAt(0));
