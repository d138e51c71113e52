import type { Place } from '../../http/position.ts';
import { EARTH_RADIUS } from './sphere.ts';

/**
 * The world as a square of 2^26 columns (longitude) by 2^26 rows (latitude). A cell's key interleaves the bits
 * of its column and row (Z-order, 52 bits), so that each square of 2^k × 2^k cells is one range of keys.
 */
const BITS = 26;
const SIDE = 2 ** BITS;
const DEGREE = 180 / Math.PI;

/** Ranges into which an area is cut at most; more of them fit it closer and cost more look-ups. */
const MOST_SQUARES = 24;

/** Spreads 13 bits over 26: bit i goes to 2i. */
function spread13(value: number): number {
  let v = value & 0x1fff;
  v = (v | (v << 8)) & 0x00ff00ff;
  v = (v | (v << 4)) & 0x0f0f0f0f;
  v = (v | (v << 2)) & 0x33333333;
  return (v | (v << 1)) & 0x55555555;
}
const spread = (value: number) => spread13(value >> 13) * 2 ** 26 + spread13(value);
const keyOf = (column: number, row: number) => spread(column) * 2 + spread(row);

const columnAt = (longitude: number) => Math.floor(((longitude + 180) / 360) * SIDE);
const rowAt = (latitude: number) =>
  Math.min(SIDE - 1, Math.max(0, Math.floor(((latitude + 90) / 180) * SIDE)));

/** The key of the cell that holds a place (degrees). The meridians 180 and -180 are one. */
export const cellOf = ({ latitude, longitude }: Place): number =>
  keyOf(columnAt(longitude) % SIDE, rowAt(latitude));

/** Keys from the first to the last, both included. */
export type KeyRange = readonly [first: number, last: number];

/** Columns and rows around a place; columns may run over the date line, below 0 or beyond the last. */
function boxAround({ latitude, longitude }: Place, metres: number) {
  const angle = (metres + 1) / EARTH_RADIUS; // a metre more than asked, for what rounding to cells and cm loses
  const [south, north] = [latitude - angle * DEGREE, latitude + angle * DEGREE];
  const rows = { first: rowAt(south), last: rowAt(north) };
  if (south <= -90 || north >= 90) return { rows, columns: { first: 0, last: SIDE - 1 } };
  const half = Math.asin(Math.min(1, Math.sin(angle) / Math.cos(latitude / DEGREE))) * DEGREE;
  return { rows, columns: { first: columnAt(longitude - half), last: columnAt(longitude + half) } };
}

/** Joins ranges that touch. */
function joined(ranges: readonly KeyRange[]): KeyRange[] {
  const result: [number, number][] = [];
  for (const [first, last] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const previous = result.at(-1);
    if (previous && previous[1] + 1 === first) previous[1] = last;
    else result.push([first, last]);
  }
  return result;
}

/** Ranges of keys that together hold every place within `metres` of this one, and some beyond. */
export function cover(place: Place, metres: number): KeyRange[] {
  const { rows, columns } = boxAround(place, metres);
  for (let bits = 0; bits <= BITS; bits++) {
    const across = 2 ** (BITS - bits); // squares of this size around the world
    const [left, bottom] = [columns.first >> bits, rows.first >> bits];
    const width = Math.min(across, (columns.last >> bits) - left + 1);
    const height = (rows.last >> bits) - bottom + 1;
    if (width * height > MOST_SQUARES) continue;
    const keys = 4 ** bits;
    const squares = Array.from({ length: width * height }, (_, i): KeyRange => {
      const column = (left + (i % width) + across) % across;
      const first = keyOf(column, bottom + Math.floor(i / width)) * keys;
      return [first, first + keys - 1];
    });
    return joined(squares);
  }
  return [[0, 4 ** BITS - 1]];
}
