import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { UserId } from '../../src/core/ids.ts';
import { cellsAt } from '../../src/features/nearby/grid.ts';
import { pointOf } from '../../src/features/nearby/sphere.ts';
import type { Place } from '../../src/http/position.ts';
import { runJobs } from '../../src/jobs.ts';
import type { Person } from '../support/app.ts';
import {
  beside,
  metresBetween,
  middleOf,
  noise,
  people,
  type Ring,
  shares,
  trilaterate,
  type World,
  widthOf,
  worldOf,
} from '../support/whereabouts.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Shanghai. */
const CITY: Place = { latitude: 31.2304, longitude: 121.4737 };

const seed = Number(process.env['SEED'] ?? crypto.getRandomValues(new Uint32Array(1))[0]);
console.error(`places: SEED=${seed}`);
const share = shares(seed);
const anywhere = (metres: number) => beside(CITY, (share() - 0.5) * metres, (share() - 0.5) * metres);
const anywhereOnEarth = (): Place => ({
  latitude: (Math.asin(2 * share() - 1) * 180) / Math.PI,
  longitude: share() * 360 - 180,
});

let world: World;
beforeEach(async () => {
  world = await worldOf(seed);
});
afterEach(() => world.app.close());

/** The place where most cells of somebody's grid meet, of some that are tried. */
function cornerNear(who: Person, metres: number): Place {
  for (;;) {
    const cells = world.cellsOf(who, anywhere(metres));
    if (cells.length === 4) return middleOf(cells);
  }
}

describe('an attacker with many positions and accounts', () => {
  const ATTACKERS = 5;
  const POSITIONS = 30;

  /** Everything that the attackers are told, from the same places in every world. */
  async function transcript(victims: readonly Place[]) {
    const [told, way] = [[] as string[], shares(seed + 1)];
    const found = await people(world.app, victims.length, 'victim');
    const attackers = await people(world.app, ATTACKERS, 'attacker');
    for (const [i, victim] of found.entries()) await world.report(victim, victims[i] ?? CITY);
    const rings = found.map(() => [] as Ring[]);
    for (let i = 0; i < POSITIONS; i += 1) {
      world.app.clock.advance(5 * MINUTE);
      for (const attacker of attackers) {
        const here = beside(CITY, (way() - 0.5) * 20_000, (way() - 0.5) * 20_000);
        const distances = await world.look(attacker, here);
        const around = await world.pointOf(attacker);
        told.push(...found.map(({ id }) => `${distances.get(id)}`));
        for (const [j, { id }] of found.entries()) rings[j]?.push({ around, told: distances.get(id) ?? 0 });
      }
    }
    return { told, rings, victims: found };
  }

  test('is told the same wherever in a cell somebody is: the whole cell is all that there is to find', async () => {
    const [victim] = await people(world.app, 1, 'victim');
    if (!victim) throw new Error('Nobody.');
    const here = anywhere(4000);
    const [cell] = world.cellsOf(victim, here);
    const alike: Place[] = [here];
    while (alike.length < 3) {
      const there = beside(here, (share() - 0.5) * 2000, (share() - 0.5) * 2000);
      const isFar = alike.every((each) => metresBetween(pointOf(each), pointOf(there)) > 450);
      if (isFar && world.cellsOf(victim, there)[0]?.spot === cell?.spot) alike.push(there);
    }
    const told = [];
    for (const place of alike) {
      await world.app.close();
      world = await worldOf(seed);
      told.push((await transcript([place])).told);
    }
    expect(new Set(told.map(String)).size).toBe(1);
  }, 60_000);

  test('who knows all about their own accounts finds the middles of cells, and nobody', async () => {
    const places = Array.from({ length: 12 }, () => anywhere(6000));
    const { rings, victims } = await transcript(places);
    for (const [i, victim] of victims.entries()) {
      const found = pointOf(trilaterate(rings[i] ?? [], CITY, 6000));
      // The attack is as good as one can be, which shows that nothing but the cell stood in its way.
      expect(metresBetween(found, await world.pointOf(victim))).toBeLessThan(60);
    }
  }, 60_000);

  test('who takes the middle of the cell is off by 400 m in the median, on all of the earth', () => {
    const errors = Array.from({ length: 4000 }, (_, i) => {
      const place = anywhereOnEarth();
      const [cell] = cellsAt(world.key, (i + 1) as UserId, place);
      return cell ? metresBetween(cell, pointOf(place)) : 0;
    }).toSorted((a, b) => a - b);
    const share = (metres: number) => errors.filter((error) => error < metres).length / errors.length;
    expect(errors[2000]).toBeGreaterThan(380);
    expect(errors[2000]).toBeLessThan(450);
    // As often as chance finds a spot of that size in a cell: within 100 m in one of 32.
    expect(share(100)).toBeLessThan(0.045);
    expect(share(250)).toBeLessThan(0.24);
  });
});

/** How far from a place one looks for others that would have been shown alike, and how finely. */
const AROUND = 1500;
const FINE = 50;

/** Offsets from a place of all those that each of the spots reaches. */
function reachedByAll(who: Person, place: Place, spots: readonly string[]) {
  const offsets: [number, number][] = [];
  for (let east = -AROUND; east <= AROUND; east += FINE) {
    for (let north = -AROUND; north <= AROUND; north += FINE) {
      const reaching = world.cellsOf(who, beside(place, east, north)).map(({ spot }) => spot);
      if (spots.every((spot) => reaching.includes(spot))) offsets.push([east, north]);
    }
  }
  return offsets;
}

test('500 m by 500 m of every cell are reached by no other, and of every corner by all around it', async () => {
  const victims = await people(world.app, 4, 'victim');
  for (const who of victims) {
    const corner = cornerNear(who, 100_000);
    const around = world.cellsOf(who, corner).map(({ spot }) => spot);
    expect(around).toHaveLength(4);
    const shared = reachedByAll(who, corner, around);
    expect(widthOf(shared) + FINE).toBeGreaterThanOrEqual(500);
    expect(shared.length * FINE ** 2).toBeGreaterThan(0.97 * 500 ** 2 - 500 * FINE * 2);
    const [cell] = world.cellsOf(who, corner);
    if (!cell) throw new Error('No cell.');
    const alone = reachedByAll(who, middleOf([cell]), [cell.spot]).filter(
      ([east, north]) => world.cellsOf(who, beside(middleOf([cell]), east, north)).length === 1,
    );
    expect(widthOf(alone) + FINE).toBeGreaterThanOrEqual(500);
  }
}, 60_000);

describe('over 60 days', () => {
  const DAYS = 60;

  /** Reports of a day at one place, as a phone measures it: within some 10 to 30 m. */
  async function stay(who: Person, place: Place, reports: number) {
    for (let i = 0; i < reports; i += 1) {
      world.app.clock.advance(HOUR);
      await world.report(who, beside(place, ...noise(share, 10 + 20 * share())));
    }
  }

  test('who stays is always shown in one cell, on its very edges and corners, too, and after every silence', async () => {
    const victims = await people(world.app, 6, 'victim');
    const [attacker] = await people(world.app, 1, 'attacker');
    if (!attacker) throw new Error('Nobody.');
    const homes = victims.map((who, i) => {
      if (i % 3 === 0) return anywhere(4000);
      const corner = cornerNear(who, 4000);
      if (i % 3 === 1) return corner;
      return middleOf(world.cellsOf(who, corner).slice(0, 2));
    });
    const seen = victims.map(() => new Set<string>());
    const told = new Set<string>();
    const start = world.app.clock.now();
    for (let day = 0; day < DAYS; day += 1) {
      // Of six days four are silent, so that places are forgotten, and every return is a first report.
      if (day % 6 > 1) continue;
      world.app.clock.time = start + day * 24 * HOUR;
      await runJobs(world.app.platform);
      for (const [i, who] of victims.entries()) {
        await stay(who, homes[i] ?? CITY, 2);
        seen[i]?.add(await world.spotOf(who));
      }
      const distances = await world.look(attacker, CITY);
      told.add(victims.map(({ id }) => distances.get(id)).join());
    }
    expect(seen.map(({ size }) => size)).toEqual(victims.map(() => 1));
    // So there is nothing to average, and nothing to intersect.
    expect(told.size).toBe(1);
  }, 60_000);

  test('who comes home every night by another way is not found closer than to 500 m by 500 m', async () => {
    const victims = await people(world.app, 4, 'victim');
    for (const [i, who] of victims.entries()) {
      const home = i < 2 ? cornerNear(who, 4000) : anywhere(4000);
      const seen = new Set<string>();
      for (let day = 0; day < DAYS; day += 1) {
        const [angle, radius] = [2 * Math.PI * share(), 4000];
        for (let left = radius; left > 0; left -= 400) {
          world.app.clock.advance(10 * MINUTE);
          await world.report(who, beside(home, left * Math.cos(angle), left * Math.sin(angle)));
        }
        await stay(who, home, 2);
        seen.add(await world.spotOf(who));
      }
      // Where the victim may live, for one who knows the grid, every night's cell, and that it is always one place.
      const possible = reachedByAll(who, home, [...seen]);
      expect(widthOf(possible) + FINE).toBeGreaterThanOrEqual(500);
      if (i < 2) expect(seen.size).toBeGreaterThan(1);
    }
  }, 60_000);
});
