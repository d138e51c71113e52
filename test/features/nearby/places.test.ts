import { describe, expect } from 'vitest';
import type { UserId } from '../../../src/core/ids.ts';
import { endpoints } from '../../../src/endpoints.ts';
import { cellOf } from '../../../src/features/nearby/cells.ts';
import { cellsAt, EDGE_METRES, MARGIN_METRES } from '../../../src/features/nearby/grid.ts';
import { chordSquare, groundDistance, pointOf } from '../../../src/features/nearby/sphere.ts';
import type { Place } from '../../../src/http/position.ts';
import { runJobs } from '../../../src/jobs.ts';
import { type Params, type Person, person, testApp } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';
import { freshDatabase } from '../../support/database.ts';
import { NO_FIX } from '../../support/no-fix.ts';
import { recordedScans, recording } from '../../support/plans.ts';
import { middleOf } from '../../support/whereabouts.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Beijing, Tiananmen. */
const HOME: Place = { latitude: 39.9087, longitude: 116.3975 };
const DEGREE_METRES = 111_195;
const north = (metres: number): Place => ({ ...HOME, latitude: HOME.latitude + metres / DEGREE_METRES });

const test = appTest()
  .extend(
    'cellsOf',
    ({ app }) =>
      (who: Person, place: Place) =>
        cellsAt(app.platform.keys.places, who.id as UserId, place),
  )
  .extend(
    'spotOf',
    ({ app }) =>
      async (who: Person) =>
        (await app.sql('SELECT spot FROM places WHERE user_id = ?', who.id))[0]?.[0],
  );

const stand = (who: Person, { latitude, longitude }: Place) =>
  who.call('/geo/updateGeo', { lat: latitude, lon: longitude });
const look = async (who: Person, place: Params) => (await who.call('/geo/findNearby', place)).data;

describe('what a map library says without a fix', () => {
  const positions = endpoints.filter(({ params }) =>
    Object.values(params).some((codec) => codec.meta()?.minimum === -90),
  );
  const namesOf = (limit: number) => (params: (typeof positions)[number]['params']) =>
    Object.keys(params).find((name) => params[name]?.meta()?.maximum === limit) ?? '';
  const [latitudeOf, longitudeOf] = [namesOf(90), namesOf(180)];

  test('is known of every call that takes a position', () => {
    expect(positions.map(({ path }) => path).toSorted()).toEqual([
      '/feed/addFeed',
      '/geo/findNearby',
      '/geo/findRandom',
      '/geo/updateGeo',
    ]);
  });

  describe.each(positions)('$path', ({ path, params }) => {
    const other: Params = path === '/feed/addFeed' ? { text: 'a', priv: 0 } : {};
    test.for(NO_FIX)('takes for no place: %s', async ([_, latitude, longitude], { app, li }) => {
      const reply = await li.call(path, {
        ...other,
        [latitudeOf(params)]: latitude,
        [longitudeOf(params)]: longitude,
      });
      expect(reply.code).toBe(path === '/geo/findRandom' ? '0' : '1');
      expect(await app.sql('SELECT * FROM places')).toEqual([]);
      expect(await app.sql('SELECT count(*) FROM moments WHERE latitude IS NOT NULL')).toEqual([[0]]);
    });

    test.for([
      ['91', '0'],
      ['-90.01', '0'],
      ['180', '180'],
      ['0', '180.5'],
      ['0', '-181'],
      ['999', '999'],
      ['x', '0'],
    ] as const)('refuses %s, %s, which is no place on earth', async ([latitude, longitude], { li }) => {
      const place = { [latitudeOf(params)]: latitude, [longitudeOf(params)]: longitude };
      expect((await li.call(path, { ...other, ...place })).code).toBe('-1');
    });

    test.for([
      ['0', '116.4'],
      ['39.9', '0'],
      ['0.001', '-0.001'],
      ['90', '-180'],
    ] as const)('takes %s, %s for the place that it is', async ([latitude, longitude], { app, li }) => {
      const place = { [latitudeOf(params)]: latitude, [longitudeOf(params)]: longitude };
      await li.call(path, { ...other, ...place });
      const kept = path === '/feed/addFeed' ? 'moments WHERE latitude IS NOT NULL' : 'places';
      expect(await app.sql(`SELECT count(*) FROM ${kept}`)).toEqual([[1]]);
    });
  });

  test('leaves everybody where they were, and findable there', async ({ li, wang }) => {
    await stand(wang, HOME);
    await stand(li, north(5000));
    const before = await look(li, { ...north(5000) });
    expect(before.list).toHaveLength(1);
    for (const [, latitude, longitude] of NO_FIX) {
      await wang.call('/geo/updateGeo', { lat: latitude, lon: longitude });
      expect(await look(li, { latitude, longitude })).toEqual(before);
    }
  });

  test('lets who shakes meet others where they were last', async ({ li, wang }) => {
    await stand(wang, HOME);
    expect((await wang.call('/geo/findRandom', { lat: 0, lon: 0 })).code).toBe('0');
    expect((await li.call('/geo/findRandom', { ...HOME })).data.user.id).toBe(String(wang.id));
  });

  test('makes nobody meet whose last place is too old, or who never had one', async ({ app, li, wang }) => {
    await stand(wang, HOME);
    app.clock.advance(72 * HOUR);
    expect((await wang.call('/geo/findRandom', { lat: 0, lon: 0 })).code).toBe('0');
    expect((await li.call('/geo/findRandom', { ...HOME })).code).toBe('0');
  });
});

describe('a place', () => {
  test('is kept as the middle of a cell, and nowhere exactly', async ({ app, wang, cellsOf }) => {
    await stand(wang, HOME);
    const [row] = await app.sql('SELECT x, y, z FROM places');
    const [x, y, z] = (row ?? []).map(Number) as [number, number, number];
    const [cell] = cellsOf(wang, HOME);
    expect({ x, y, z }).toEqual({ x: cell?.x, y: cell?.y, z: cell?.z });
    expect(groundDistance(chordSquare({ x, y, z }, pointOf(HOME)))).toBeGreaterThan(0);
  });

  test('keeps its cell as long as the user is within the margin', async ({ app, wang, cellsOf, spotOf }) => {
    const [home] = cellsOf(wang, HOME);
    await stand(wang, HOME);
    // Out of the cell by one step at a time, to the north: the first that the cell does not reach is another.
    const path = Array.from({ length: 40 }, (_, i) => north(50 * i));
    for (const place of path) {
      app.clock.advance(MINUTE);
      await stand(wang, place);
      const reached = cellsOf(wang, place).some(({ spot }) => spot === home?.spot);
      if (reached) expect(await spotOf(wang)).toBe(home?.spot);
      else expect(await spotOf(wang)).not.toBe(home?.spot);
    }
  });

  test('gets the same cell when the user comes back, after a journey and a long silence', async ({
    app,
    wang,
    cellsOf,
    spotOf,
  }) => {
    // Halfway between two cells, so that either might be chosen.
    const [first, second] = cellsOf(wang, HOME).length > 1 ? cellsOf(wang, HOME) : cellsOf(wang, north(500));
    const edge = middleOf([first, second].flatMap((cell) => cell ?? []));
    const beside = (metres: number) => ({ ...edge, latitude: edge.latitude + metres / DEGREE_METRES });
    await stand(wang, beside(20));
    const home = await spotOf(wang);
    for (const metres of [-20, 20, -5, 5]) {
      app.clock.advance(HOUR);
      await stand(wang, north(50_000));
      app.clock.advance(72 * HOUR);
      await runJobs(app.platform);
      expect(await spotOf(wang)).toBeUndefined();
      await stand(wang, beside(metres));
      expect(await spotOf(wang)).toBe(home);
    }
  });

  test('is no further from its cell’s middle than half an edge and the margin', async ({ wang, cellsOf }) => {
    const furthest = Math.SQRT2 * (1.1 * (EDGE_METRES / 2) + MARGIN_METRES);
    const places = Array.from({ length: 400 }, (_, i) => ({
      latitude: 90 - i * 0.45,
      longitude: ((i * 137.5) % 360) - 180,
    }));
    for (const place of places) {
      for (const cell of cellsOf(wang, place)) {
        expect(groundDistance(chordSquare(cell, pointOf(place)))).toBeLessThanOrEqual(furthest);
      }
    }
  });

  test('that one only shook at is shown to nobody nearby', async ({ li, wang }) => {
    await wang.call('/geo/findRandom', { ...HOME });
    expect((await look(li, { ...HOME })).totalCount).toBe('0');
    await stand(wang, HOME);
    expect((await look(li, { ...HOME })).totalCount).toBe('1');
  });
});

describe('a traveller', () => {
  const it = test.extend(
    'whereabouts',
    ({ app }) =>
      async () =>
        (await app.sql('SELECT spot, seen_at FROM places')).map(String),
  );

  it('is believed up to 1,200 km/h, and stays where they were beyond it', async ({
    app,
    wang,
    whereabouts,
  }) => {
    await stand(wang, HOME);
    const before = await whereabouts();
    app.clock.advance(HOUR);
    expect((await stand(wang, north(1_210_000))).code).toBe('1');
    expect(await whereabouts()).toEqual(before);
    app.clock.advance(MINUTE);
    await stand(wang, north(1_210_000));
    expect(await whereabouts()).not.toEqual(before);
  });

  it('cannot add up small steps to a fast journey', async ({ app, wang }) => {
    await stand(wang, HOME);
    for (let metres = 0; metres <= 30_000; metres += 750) await stand(wang, north(metres));
    const [row] = await app.sql('SELECT x, y, z FROM places');
    const [x, y, z] = (row ?? []).map(Number) as [number, number, number];
    expect(groundDistance(chordSquare({ x, y, z }, pointOf(HOME)))).toBeLessThan(4000);
  });

  it('searches and shakes from where they are believed to be', async ({ li, wang }) => {
    await stand(wang, north(3_000_000));
    await stand(li, HOME);
    expect((await look(li, { ...north(3_000_000) })).totalCount).toBe('0');
    await wang.call('/geo/findRandom', { ...north(3_000_000) });
    const met = await li.call('/geo/findRandom', { ...north(3_000_000) });
    expect(Number(met.data.distance)).toBeGreaterThan(2_990_000);
  });

  it('who makes two leaps at once makes one', async ({ app, wang }) => {
    await stand(wang, HOME);
    app.clock.advance(HOUR);
    const leaps = [north(1_000_000), north(-1_000_000), north(900_000), north(-900_000)];
    await Promise.all(leaps.map((place) => stand(wang, place)));
    expect(await app.sql('SELECT count(*) FROM visited_spots WHERE user_id = ?', wang.id)).toEqual([[2]]);
  });

  it('is in 200 cells within 24 hours and no more, also after a restart', async ({
    app,
    wang,
    cellsOf,
    spotOf,
  }) => {
    const steps = Array.from({ length: 230 }, (_, i) => north(4000 * i));
    for (const place of steps.slice(0, 150)) {
      await stand(wang, place);
      app.clock.advance(MINUTE);
    }
    await app.executor.write([{ sql: 'DELETE FROM places', params: [], kind: 'change' }]);
    for (const place of steps.slice(150)) {
      await stand(wang, place);
      app.clock.advance(MINUTE);
    }
    const spots = async () => Number((await app.sql('SELECT count(*) FROM visited_spots'))[0]?.[0]);
    expect(await spots()).toBe(200);
    expect(await spotOf(wang)).toBe(cellsOf(wang, north(4000 * 199))[0]?.spot);
    // One of them again is none more.
    app.clock.advance(HOUR);
    await stand(wang, north(4000 * 100));
    expect(await spotOf(wang)).toBe(cellsOf(wang, north(4000 * 100))[0]?.spot);
    app.clock.advance(24 * HOUR);
    await stand(wang, north(4000 * 220));
    expect(await spotOf(wang)).toBe(cellsOf(wang, north(4000 * 220))[0]?.spot);
  });
});

test('exact positions of the version before become places, and are gone', async ({
  app,
  li,
  wang,
  cellsOf,
  spotOf,
}) => {
  const now = app.clock.now();
  const { x, y, z } = pointOf(HOME);
  const insert = (who: Person, seenAt: number) => ({
    sql: 'INSERT INTO positions (user_id, cell, x, y, z, sex, seen_at) VALUES (?, ?, ?, ?, ?, 0, ?)',
    params: [who.id, cellOf(HOME), x, y, z, seenAt],
    kind: 'change' as const,
  });
  const zhao = await person(app, '赵');
  await app.executor.write([insert(wang, now - HOUR), insert(zhao, now - HOUR)]);
  await stand(zhao, north(5000));
  expect((await look(li, { ...HOME })).list).toMatchObject([{ id: String(zhao.id) }]);
  await runJobs(app.platform);
  expect(await app.sql('SELECT * FROM positions')).toEqual([]);
  expect(await spotOf(wang)).toBe(cellsOf(wang, HOME)[0]?.spot);
  expect(await spotOf(zhao)).toBe(cellsOf(zhao, north(5000))[0]?.spot);
  expect((await look(li, { ...HOME })).list).toHaveLength(2);
  app.clock.advance(71 * HOUR);
  expect((await look(li, { ...HOME })).list).toMatchObject([{ id: String(zhao.id) }]);
});

test('no statement walks through a table that grows', async () => {
  const record = recording((await freshDatabase()).executor);
  const watched = await testApp({ executor: record.executor });
  const [a, b] = [await person(watched, 'a'), await person(watched, 'b')];
  record.clear();
  for (const who of [a, b]) {
    await stand(who, HOME);
    await look(who, { ...north(4000), sex: '女' });
    await look(who, { latitude: 0, longitude: 0 });
    await who.call('/geo/findRandom', { ...HOME });
    await who.call('/geo/getRockRecord');
  }
  expect(await recordedScans(record)).toEqual([]);
  await watched.close();
});
