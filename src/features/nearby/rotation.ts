/** A direction: a point of the unit sphere. */
export type Direction = readonly [x: number, y: number, z: number];

/** A rotation of the sphere, as a matrix by rows. */
export type Rotation = readonly [Direction, Direction, Direction];

/**
 * The rotation that three shares of one (0 to 1) choose; even shares choose evenly among all rotations (Shoemake,
 * "Uniform random rotations", 1992).
 */
export function rotationOf(a: number, b: number, c: number): Rotation {
  const [first, second] = [Math.sqrt(1 - a), Math.sqrt(a)];
  const [x, y] = [first * Math.sin(2 * Math.PI * b), first * Math.cos(2 * Math.PI * b)];
  const [z, w] = [second * Math.sin(2 * Math.PI * c), second * Math.cos(2 * Math.PI * c)];
  return [
    [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
    [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
    [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
  ];
}

const product = (a: Direction, b: Direction) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

export const rotated = ([x, y, z]: Rotation, by: Direction): Direction => [
  product(x, by),
  product(y, by),
  product(z, by),
];

/** The same rotation the other way round. */
export const inverse = ([x, y, z]: Rotation): Rotation => [
  [x[0], y[0], z[0]],
  [x[1], y[1], z[1]],
  [x[2], y[2], z[2]],
];
