import { createHmac } from 'node:crypto';
import type { UserId } from '../../core/ids.ts';
import type { Place } from '../../http/position.ts';
import { cellOf } from './cells.ts';
import { type Direction, inverse, type Rotation, rotated, rotationOf } from './rotation.ts';
import { EARTH_RADIUS, type Point, placeOfPoint, pointOf, RADIUS_CM } from './sphere.ts';

/**
 * Where somebody is, is known by the cell of a grid that is the user's own (docs/security.md#where-people-are). A
 * cell reaches MARGIN_METRES beyond its edges: who is in it stays in it until they are further away than that. So
 * all cells that reach a place overlap by 500 m, and of each cell 500 m are reached by no other. Whichever of them
 * were ever shown for a place, and whichever were not, they leave 500 m by 500 m for it.
 */
export const EDGE_METRES = 1000;
export const MARGIN_METRES = 250;

/** A cell of a user's grid, by its middle. */
export interface Cell extends Point {
  /** The Z-order key of the middle, which the search looks for. */
  readonly cell: number;
  /** Names the cell; nobody without the key learns from it which one it is. */
  readonly spot: string;
}

/** Row and column; rows are counted from one pole of the grid. */
type Square = readonly [row: number, column: number];

const ROWS = Math.floor((Math.PI * EARTH_RADIUS) / EDGE_METRES);
const ROW = Math.PI / ROWS;
const MARGIN = MARGIN_METRES / EARTH_RADIUS;

/**
 * Rows differ in their columns by whole steps of a tenth, so that in nearly all places cells meet at their corners.
 */
const STEP = 1.1;

/**
 * The columns of a row: at its shorter side none is narrower than EDGE_METRES, nor wider than a tenth more, but for
 * the last rows before the grid's poles. Those at the poles are one cell each.
 */
const columnsOf = (row: number): number => {
  const shorter = Math.min(Math.sin(row * ROW), Math.sin((row + 1) * ROW));
  const room = (2 * Math.PI * EARTH_RADIUS * shorter) / EDGE_METRES;
  return room < STEP ? 1 : Math.floor(STEP ** Math.floor(Math.log(room) / Math.log(STEP)));
};

const isRow = (row: number) => row >= 0 && row < ROWS;

/** The squares that reach a direction, that which holds it first. */
function squaresAt([x, y, z]: Direction): Square[] {
  const polar = Math.atan2(Math.hypot(x, y), z);
  const around = Math.atan2(y, x) + Math.PI;
  const reach = Math.min(Math.PI, MARGIN / Math.max(Number.MIN_VALUE, Math.sin(polar)));
  const rowAt = (angle: number) => Math.min(ROWS - 1, Math.max(0, Math.floor(angle / ROW)));
  const [row, above, below] = [rowAt(polar), rowAt(polar - MARGIN), rowAt(polar + MARGIN)];
  const inRow = (each: number): Square[] => {
    const columns = columnsOf(each);
    const columnAt = (angle: number) => Math.floor((angle / (2 * Math.PI)) * columns);
    const steps = [columnAt(around), columnAt(around - reach), columnAt(around + reach)];
    return steps.map((column): Square => [each, ((column % columns) + columns) % columns]);
  };
  const found = [row, above, below].filter(isRow).flatMap(inRow);
  const names = new Set<string>();
  return found.filter((square) => !names.has(`${square}`) && names.add(`${square}`));
}

function middleOf([row, column]: Square): Direction {
  const columns = columnsOf(row);
  const isPole = columns === 1;
  const polar = isPole ? (row === 0 ? 0 : Math.PI) : (row + 0.5) * ROW;
  const around = ((column + 0.5) / columns) * 2 * Math.PI - Math.PI;
  return [Math.sin(polar) * Math.cos(around), Math.sin(polar) * Math.sin(around), Math.cos(polar)];
}

const SHARE_BYTES = 6;

/** How the user's grid lies on the earth: for ever the same, and nobody knows it without the key. */
function lie(key: Uint8Array, user: UserId): Rotation {
  const drawn = createHmac('sha256', key).update(`grid\0${user}`).digest();
  const share = (at: number) => drawn.readUIntBE(at * SHARE_BYTES, SHARE_BYTES) / 2 ** (8 * SHARE_BYTES);
  return rotationOf(share(0), share(1), share(2));
}

/**
 * The cells of a user's grid that reach a place, at most four in nearly all places; the first holds it.
 * @param key `keys.places`
 */
export function cellsAt(key: Uint8Array, user: UserId, place: Place): Cell[] {
  const { x, y, z } = pointOf(place);
  const rotation = lie(key, user);
  const back = inverse(rotation);
  const direction: Direction = [x / RADIUS_CM, y / RADIUS_CM, z / RADIUS_CM];
  return squaresAt(rotated(rotation, direction)).map((square) => {
    const [east, up, north] = rotated(back, middleOf(square));
    const point = {
      x: Math.round(east * RADIUS_CM),
      y: Math.round(up * RADIUS_CM),
      z: Math.round(north * RADIUS_CM),
    };
    const spot = createHmac('sha256', key)
      .update(`spot\0${user}\0${square}`)
      .digest('base64url')
      .slice(0, 16);
    return { ...point, cell: cellOf(placeOfPoint(point)), spot };
  });
}
