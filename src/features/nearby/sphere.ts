import type { Place } from '../../http/position.ts';

/** A point on the earth, taken for a sphere: whole centimetres from its centre. */
export interface Point {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** Mean radius of the earth in metres. */
export const EARTH_RADIUS = 6_371_009;
/** The same in centimetres, the unit of points. */
export const RADIUS_CM = EARTH_RADIUS * 100;
/** Distances of others are told in steps of so many metres (docs/decisions.md#places). */
export const STEP_METRES = 500;
const RADIAN = Math.PI / 180;

/**
 * Where a latitude and longitude (degrees) lie. Two points are compared by the straight line between them, so
 * that no formula has special cases at the poles or the date line.
 */
export function pointOf({ latitude, longitude }: Place): Point {
  const ring = RADIUS_CM * Math.cos(latitude * RADIAN);
  return {
    x: Math.round(ring * Math.cos(longitude * RADIAN)),
    y: Math.round(ring * Math.sin(longitude * RADIAN)),
    z: Math.round(RADIUS_CM * Math.sin(latitude * RADIAN)),
  };
}

/** The degrees of a point. */
export const placeOfPoint = ({ x, y, z }: Point): Place => ({
  latitude: Math.atan2(z, Math.hypot(x, y)) / RADIAN,
  longitude: Math.atan2(y, x) / RADIAN,
});

/** The square of the straight line between two points, in cm². */
export const chordSquare = (a: Point, b: Point): number =>
  (a.x - b.x) ** 2 + (a.y - b.y) ** 2 + (a.z - b.z) ** 2;

/** The largest square of a straight line (whole cm²) that belongs to a distance over the ground (metres). */
export const chordSquareOf = (metres: number): number =>
  Math.floor((2 * RADIUS_CM * Math.sin(metres / (2 * EARTH_RADIUS))) ** 2);

/** Metres over the ground for the square of a straight line in cm². */
export const groundDistance = (square: number): number =>
  2 * EARTH_RADIUS * Math.asin(Math.min(1, Math.sqrt(square) / (2 * RADIUS_CM)));

/** What anybody learns of a distance: metres, rounded up to whole steps. */
export const shownDistance = (square: number): number =>
  Math.max(1, Math.ceil(groundDistance(square) / STEP_METRES)) * STEP_METRES;
