import { Malformed, type Reader } from './bytes.ts';
import type { Edit } from './edits.ts';
import type { Look } from './source.ts';

export const VOID = 0xec;

/** An element of EBML, of which Matroska and WebM are made. */
export interface Element {
  readonly id: number;
  readonly start: number;
  readonly body: number;
  /** Undefined where the element does not know its length: recorders write so. */
  readonly end: number | undefined;
}

/** Length of the number that begins with this byte: its leading zeros say it. */
const widthOf = (byte: number) => Math.clz32(byte) - 23;

/** A number of 1 to 8 bytes without its marker; undefined where all its bits are ones. */
export function numberAt(head: Reader, at: number): { width: number; value: number | undefined } {
  const width = widthOf(head.u8(at));
  if (width > 8) throw new Malformed('WebM number of no width');
  let value = head.u8(at) & (0xff >> width);
  let ones = value === 0xff >> width;
  for (let i = 1; i < width; i++) {
    const byte = head.u8(at + i);
    value = value * 256 + byte;
    ones &&= byte === 255;
  }
  return { width, value: ones ? undefined : value };
}

export async function elementAt(look: Look, start: number): Promise<Element> {
  await look.finePart();
  const head = await look.reader(start, Math.min(12, look.size - start));
  const idWidth = widthOf(head.u8(0));
  if (idWidth > 4) throw new Malformed('WebM element without an id');
  let id = 0;
  for (let i = 0; i < idWidth; i++) id = id * 256 + head.u8(i);
  const { width, value } = numberAt(head, idWidth);
  const body = start + idWidth + width;
  return { id, start, body, end: value === undefined ? undefined : body + value };
}

/** An element of zeros in the place of another: `Void`. */
export function voided(start: number, end: number): Edit[] {
  const length = end - start;
  const isLong = length >= 9;
  const head = new Uint8Array(isLong ? 9 : 2);
  head[0] = VOID;
  if (isLong) {
    head[1] = 1;
    new DataView(head.buffer).setUint32(5, length - 9);
    head[4] = Math.floor((length - 9) / 2 ** 32);
  } else head[1] = 0x80 | (length - 2);
  return [
    { start, end: start + head.length, bytes: head },
    { start: start + head.length, end },
  ];
}
