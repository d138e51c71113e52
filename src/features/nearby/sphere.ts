/** A point on the earth, taken for a sphere: whole centimetres from its centre. */
export interface Point {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** Mean radius of the earth in metres. */
export const EARTH_RADIUS = 6_371_009;
const CENTIMETRES = 100;
const RADIAN = Math.PI / 180;

/**
 * Where a latitude and longitude (degrees) lie. Two points are compared by the straight line between them, so
 * that no formula has special cases at the poles or the date line, and SQL needs whole numbers and no sines.
 */
export function pointOf(latitude: number, longitude: number): Point {
  const radius = EARTH_RADIUS * CENTIMETRES;
  const ring = radius * Math.cos(latitude * RADIAN);
  return {
    x: Math.round(ring * Math.cos(longitude * RADIAN)),
    y: Math.round(ring * Math.sin(longitude * RADIAN)),
    z: Math.round(radius * Math.sin(latitude * RADIAN)),
  };
}

/** The square of the straight line between two points, in cm². */
export const chordSquare = (a: Point, b: Point): number =>
  (a.x - b.x) ** 2 + (a.y - b.y) ** 2 + (a.z - b.z) ** 2;

/** The square of the straight line (cm²) that belongs to a distance over the ground (metres). */
export const chordSquareOf = (metres: number): number =>
  Math.round((2 * EARTH_RADIUS * CENTIMETRES * Math.sin(metres / (2 * EARTH_RADIUS))) ** 2);

/** Metres over the ground for the square of a straight line in cm². */
export const groundDistance = (square: number): number =>
  2 * EARTH_RADIUS * Math.asin(Math.min(1, Math.sqrt(square) / (2 * EARTH_RADIUS * CENTIMETRES)));

/** What anybody is told of a distance: metres, rounded up to 100 (decisions, Who sees what). */
export const shownDistance = (square: number): number =>
  Math.max(100, Math.ceil(groundDistance(square) / 100) * 100);
