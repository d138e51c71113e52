import { createHmac } from 'node:crypto';
import type { UserId } from '../../src/core/ids.ts';
import { cellsAt } from '../../src/features/nearby/grid.ts';
import {
  chordSquare,
  groundDistance,
  type Point,
  placeOfPoint,
  pointOf,
} from '../../src/features/nearby/sphere.ts';
import type { Place } from '../../src/http/position.ts';
import { type Person, person, type TestApp, testApp } from './app.ts';
import { freshDatabase } from './database.ts';

/** Metres a degree of latitude. */
const DEGREE_METRES = 111_195;

/** Shares of one, the same ones for a seed (mulberry32). */
export function shares(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Metres to the east and north of a place; not for the poles. */
export const beside = ({ latitude, longitude }: Place, east: number, north: number): Place => ({
  latitude: latitude + north / DEGREE_METRES,
  longitude: longitude + east / (DEGREE_METRES * Math.cos((latitude * Math.PI) / 180)),
});

export const metresBetween = (a: Point, b: Point): number => groundDistance(chordSquare(a, b));

/** Two numbers around 0, normally distributed. */
export function noise(share: () => number, deviation: number): [number, number] {
  const radius = deviation * Math.sqrt(-2 * Math.log(1 - share()));
  const angle = 2 * Math.PI * share();
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
}

/** The point in the middle of some points, on the ground. */
export function middleOf(points: readonly Point[]): Place {
  const sum = (of: (point: Point) => number) => points.reduce((total, point) => total + of(point), 0);
  return placeOfPoint({ x: sum(({ x }) => x), y: sum(({ y }) => y), z: sum(({ z }) => z) });
}

/** A world whose grids a seed lays, the same in every run, with people who say where they are. */
export async function worldOf(seed: number) {
  const { executor } = await freshDatabase();
  const key = createHmac('sha256', 'places').update(`${seed}`).digest();
  await executor.write([
    {
      sql: "INSERT INTO instance (name, value) VALUES ('PLACES_KEY', ?)",
      params: [key.toString('base64')],
      kind: 'change',
    },
  ]);
  const app = await testApp({ executor });
  return {
    app,
    key: new Uint8Array(key),
    cellsOf: (who: Person, place: Place) => cellsAt(key, who.id as UserId, place),
    /** The cell that counts for somebody, as only the database shows it. */
    async spotOf(who: Person) {
      return String((await app.sql('SELECT spot FROM places WHERE user_id = ?', who.id))[0]?.[0]);
    },
    /** Where somebody counts as being, which an attacker is assumed to know of their own accounts. */
    async pointOf(who: Person): Promise<Point> {
      const [row] = await app.sql('SELECT x, y, z FROM places WHERE user_id = ?', who.id);
      const [x, y, z] = (row ?? []).map(Number) as [number, number, number];
      return { x, y, z };
    },
    report: (who: Person, { latitude, longitude }: Place) =>
      who.call('/geo/updateGeo', { lat: latitude, lon: longitude }),
    /** Distances that somebody is told from a place, by user. */
    async look(who: Person, { latitude, longitude }: Place) {
      const { data } = await who.call('/geo/findNearby', { latitude, longitude });
      return new Map<number, number>(
        data.list.map(({ id, distance }: { id: string; distance: string }) => [Number(id), Number(distance)]),
      );
    },
  };
}
export type World = Awaited<ReturnType<typeof worldOf>>;

export const people = (app: TestApp, count: number, name: string): Promise<Person[]> =>
  Promise.all(Array.from({ length: count }, (_, i) => person(app, `${name}${i}`)));

/** What an attacker knows: somebody is within a ring of 500 m around a point that is known. */
export interface Ring {
  readonly around: Point;
  /** The outer edge in metres: the distance as it was told. */
  readonly told: number;
}

/** The place that fits all rings best, searched around `near` from coarse to fine. */
export function trilaterate(rings: readonly Ring[], near: Place, metres: number): Place {
  const misfit = (place: Place) => {
    const point = pointOf(place);
    let sum = 0;
    for (const { around, told } of rings) {
      const distance = metresBetween(point, around);
      sum += Math.max(0, distance - told, told - 500 - distance) ** 2;
    }
    return sum;
  };
  let best = near;
  for (let step = metres / 8; step > 2; step /= 2.5) {
    const from = best;
    let least = Number.POSITIVE_INFINITY;
    for (let east = -8; east <= 8; east += 1) {
      for (let north = -8; north <= 8; north += 1) {
        const place = beside(from, east * step, north * step);
        const value = misfit(place);
        if (value < least) [least, best] = [value, place];
      }
    }
  }
  return best;
}

/** How wide a set of places is, in metres: the least of all directions. */
export function widthOf(offsets: readonly (readonly [east: number, north: number])[]): number {
  const widths = Array.from({ length: 36 }, (_, i) => {
    const angle = (i * Math.PI) / 36;
    const along = offsets.map(([east, north]) => east * Math.cos(angle) + north * Math.sin(angle));
    return Math.max(...along) - Math.min(...along);
  });
  return Math.min(...widths);
}
