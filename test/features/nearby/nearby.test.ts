import * as fc from 'fast-check';
import { describe, expect } from 'vitest';
import type { UserId } from '../../../src/core/ids.ts';
import { cellOf, cover } from '../../../src/features/nearby/cells.ts';
import { cellsAt } from '../../../src/features/nearby/grid.ts';
import { chordSquare, groundDistance, pointOf, shownDistance } from '../../../src/features/nearby/sphere.ts';
import type { Place } from '../../../src/http/position.ts';
import { runJobs } from '../../../src/jobs.ts';
import { type Person, person } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';

const HOUR = 3_600_000;
/** Beijing, Tiananmen. */
const HOME = { latitude: 39.9087, longitude: 116.3975 };
/** Metres to the north of HOME, in degrees. */
const north = (metres: number) => ({
  latitude: HOME.latitude + (metres / 6_371_009) * (180 / Math.PI),
  longitude: HOME.longitude,
});

const test = appTest();

const stand = (who: Person, { latitude, longitude }: Place) =>
  who.call('/geo/updateGeo', { lat: latitude, lon: longitude });
const look = async (who: Person, params: Record<string, string | number> = {}) =>
  (await who.call('/geo/findNearby', { ...HOME, ...params })).data;
/** A row that says so of somebody, exactly there. */
const placed = (id: number, place: Place, sex: number, listedAt: number) => {
  const { x, y, z } = pointOf(place);
  return {
    sql: `INSERT INTO places (user_id, spot, cell, x, y, z, sex, listed_at, seen_at, moved_at)
      VALUES (?, '', ?, ?, ?, ?, ?, ?, ?, ?)`,
    params: [id, cellOf(place), x, y, z, sex, listedAt, listedAt, listedAt],
    kind: 'change' as const,
  };
};
const namesOf = async (who: Person, params: Record<string, string | number> = {}) =>
  (await look(who, params)).list.map((each: { name: string }) => each.name);
const setSex = (who: Person, sex: string) => who.call('/chat/updateProfile', { sex });

describe('updateGeo', () => {
  test('stores a position that others find', async ({ li, wang }) => {
    expect(await stand(wang, north(500))).toMatchObject({ code: '1', data: { info: 'update finished.' } });
    expect((await look(li)).list).toMatchObject([{ id: String(wang.id), name: '王梅' }]);
  });

  test.for([
    ['longitude', 'latitude'],
    ['lon', 'lat'],
    ['lng', 'lat'],
  ] as const)('takes %s and %s', async ([longitude, latitude], { li, wang }) => {
    await wang.call('/geo/updateGeo', { [longitude]: HOME.longitude, [latitude]: HOME.latitude });
    expect((await look(li, { [longitude]: HOME.longitude, [latitude]: HOME.latitude })).totalCount).toBe('1');
  });

  test.for([
    [{ lat: 91, lon: 0 }, 'lat'],
    [{ lat: -90.01, lon: 0 }, 'lat'],
    [{ lat: 0, lon: 180.5 }, 'lon'],
    [{ lat: 'north', lon: 0 }, 'lat'],
    [{ lat: 1 }, 'lon'],
    [{ lat: '', lon: 1 }, 'lat'],
  ] as const)('refuses %o and stores nothing', async ([params, field], { app, li }) => {
    expect(await li.call('/geo/updateGeo', params)).toMatchObject({
      code: '-1',
      data: { info: '参数不正确', field },
    });
    expect(await app.sql('SELECT * FROM places')).toEqual([]);
  });

  test('keeps one place a user, the newest', async ({ app, li, wang }) => {
    await stand(wang, north(500));
    app.clock.advance(12 * HOUR);
    await stand(wang, { latitude: -33, longitude: 151 });
    expect(await namesOf(li)).toEqual([]);
    expect(await app.sql('SELECT user_id FROM places WHERE user_id = ?', wang.id)).toHaveLength(1);
  });
});

describe('findNearby', () => {
  test('lists the nearest first, with distances in steps of 500 m, and never coordinates', async ({
    app,
    li,
    wang,
  }) => {
    const zhao = await person(app, '赵');
    await stand(wang, north(12_345));
    await stand(zhao, north(20));
    const page = await look(li);
    expect(page).toMatchObject({ pageNo: '1', pageSize: '20', totalCount: '2', totalPage: '1' });
    expect(page.list).toMatchObject([{ name: '赵' }, { name: '王梅' }]);
    const [near, far] = page.list.map((each: { distance: string }) => Number(each.distance));
    // Each of the two is told to be at most 750 m from where they are, on either axis.
    for (const distance of [near, far]) expect(distance % 500).toBe(0);
    expect(near).toBeLessThanOrEqual(2500);
    expect(Math.abs(far - 12_345)).toBeLessThanOrEqual(2500);
    expect(page.list[0]).toMatchObject({ id: String(zhao.id), longitude: '', latitude: '' });
  });

  test('stores where the caller is', async ({ li, wang }) => {
    await look(wang, north(300));
    expect(await namesOf(li)).toEqual(['王梅']);
  });

  test('reaches 100 km and no further', async ({ app, li, wang }) => {
    await stand(wang, north(98_000));
    expect(await namesOf(li)).toEqual(['王梅']);
    app.clock.advance(HOUR);
    await stand(wang, north(102_000));
    expect(await namesOf(li)).toEqual([]);
  });

  test('lists nobody whom nobody has seen for 72 hours, and forgets where he was', async ({
    app,
    li,
    wang,
  }) => {
    await stand(wang, HOME);
    app.clock.advance(72 * HOUR - 1);
    expect(await namesOf(li)).toEqual(['王梅']);
    app.clock.advance(1);
    expect(await namesOf(li)).toEqual([]);
    await runJobs(app.platform);
    expect(await app.sql('SELECT user_id FROM places')).toEqual([[li.id]]);
  });

  test('filters by sex as profiles say it now; 女 finds those who have not said, too', async ({
    app,
    li,
    wang,
  }) => {
    const zhao = await person(app, '赵');
    for (const [i, who] of [wang, zhao].entries()) await stand(who, north(i * 5000));
    await setSex(wang, '女');
    expect(await namesOf(li, { sex: '女' })).toEqual(['王梅', '赵']);
    expect(await namesOf(li, { sex: '男' })).toEqual([]);
    await setSex(zhao, '男');
    expect(await namesOf(li, { sex: '男' })).toEqual(['赵']);
    expect(await namesOf(li, { sex: '' })).toEqual(['王梅', '赵']);
  });

  test.for([
    [{ latitude: 'x' }, 'latitude'],
    [{ longitude: '-181' }, 'longitude'],
    [{ sex: '猫' }, 'sex'],
    [{ pageNo: 'x' }, 'pageNo'],
  ] as const)('refuses %o and stores no position', async ([params, field], { app, li }) => {
    expect(await li.call('/geo/findNearby', { ...HOME, ...params })).toMatchObject({
      code: '-1',
      data: { field },
    });
    expect(await app.sql('SELECT * FROM places')).toEqual([]);
  });

  test('pages through 200 people at most', async ({ app, li }) => {
    await app.executor.write([
      {
        sql: `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 230)
          INSERT INTO users (id, mobile, password_hash, name, created_at, updated_at)
          SELECT 500000 + i, '+1' || i, '', 'n' || i, 0, 0 FROM n`,
        params: [],
        kind: 'change',
      },
    ]);
    const now = app.clock.now();
    await app.executor.write(
      Array.from({ length: 230 }, (_, i) => placed(500_001 + i, north(400 * (i + 1)), i % 3, now)),
    );
    const names = (from: number, count: number) => Array.from({ length: count }, (_, i) => `n${from + i}`);
    expect(await look(li, { pageNo: 2 })).toMatchObject({ totalCount: '200', totalPage: '10', pageNo: '2' });
    expect(await namesOf(li)).toEqual(names(1, 20));
    expect(await namesOf(li, { pageNo: 10 })).toEqual(names(181, 20));
    expect(await namesOf(li, { pageNo: 11 })).toEqual([]);
  });
});

describe('who is hidden', () => {
  test.beforeEach(({ wang }) => stand(wang, north(100)));
  const block = (a: Person, b: Person) => a.call('/chat/setBlock', { blockId: b.id });

  test('whom I have blocked, until I no longer do', async ({ li, wang }) => {
    await block(li, wang);
    expect(await look(li)).toMatchObject({ totalCount: '0', list: [] });
    await li.call('/chat/removeBlack', { destId: wang.id });
    expect(await namesOf(li)).toEqual(['王梅']);
  });

  test('who has blocked me', async ({ li, wang }) => {
    await block(wang, li);
    expect(await look(li)).toMatchObject({ totalCount: '0', list: [] });
    expect(await look(wang)).toMatchObject({ totalCount: '0', list: [] });
  });

  test('who has been disabled by an operator', async ({ app, li, wang }) => {
    await app.executor.write([
      { sql: 'UPDATE users SET status = 0 WHERE id = ?', params: [wang.id], kind: 'change' },
    ]);
    expect(await namesOf(li)).toEqual([]);
    expect(await app.sql('SELECT * FROM places WHERE user_id = ?', wang.id)).toEqual([]);
  });

  test('oneself', async ({ wang }) => {
    expect(await namesOf(wang)).toEqual([]);
  });
});

const latitude = fc.oneof(
  fc.double({ min: -90, max: 90, noNaN: true }),
  fc.double({ min: 89, max: 90, noNaN: true }),
  fc.double({ min: -90, max: -89.5, noNaN: true }),
  fc.constantFrom(-90, 90, 0),
);
const longitude = fc.oneof(
  fc.double({ min: -180, max: 180, noNaN: true }),
  fc.double({ min: 179, max: 180, noNaN: true }),
  fc.constantFrom(-180, 180, 0),
);
const place = fc.record({ latitude, longitude });
/** Not what a library says without a fix. */
const isSayable = (here: Place) =>
  Object.values(here).some((each) => Math.abs(each) > 1e-9) &&
  Object.values(here).every((each) => each === 0 || Math.abs(each) > 1e-20);
/** A step of at most a degree or so, over the date line where it leads there. */
const step = fc.tuple(
  fc.double({ min: -1, max: 1, noNaN: true }),
  fc.double({ min: -1, max: 1, noNaN: true }),
);
const moved = (from: Place, [up, right]: readonly [number, number], scale: number): Place => ({
  latitude: Math.max(-90, Math.min(90, from.latitude + up * scale)),
  longitude: ((((from.longitude + right * scale + 180) % 360) + 360) % 360) - 180,
});

describe('anywhere on earth', () => {
  test('the ranges that cover a circle hold every place in it', () => {
    fc.assert(
      fc.property(place, step, fc.constantFrom(100, 1500, 100_000), (here, way, metres) => {
        const there = moved(here, way, metres / 80_000);
        fc.pre(groundDistance(chordSquare(pointOf(here), pointOf(there))) <= metres);
        const key = cellOf(there);
        return cover(here, metres).some(([first, last]) => key >= first && key <= last);
      }),
      { numRuns: 5000 },
    );
  });

  test('findNearby answers what a scan of everybody answers, at the poles and over the date line, too', async ({
    app,
    li,
  }) => {
    const people = await Promise.all(Array.from({ length: 60 }, (_, i) => person(app, `n${i}`)));
    const crowd = fc.array(
      fc.tuple(
        step,
        fc.constantFrom(0.01, 0.2, 1.5),
        fc.constantFrom(0, 1, 2),
        fc.integer({ min: 0, max: 144 }),
      ),
      {
        minLength: 0,
        maxLength: people.length,
      },
    );
    await fc.assert(
      fc.asyncProperty(place, crowd, fc.constantFrom('', '男', '女'), async (here, steps, sex) => {
        const now = app.clock.now();
        fc.pre(isSayable(here));
        const crowd = steps.map(([way, scale, code, hours], i) => {
          const there = moved(here, way, scale);
          return { id: people[i]?.id ?? 0, there, sex: code, listedAt: now - hours * HOUR };
        });
        await app.executor.write([
          ...['places', 'visited_spots'].map((table) => ({
            sql: `DELETE FROM ${table}`,
            params: [],
            kind: 'change' as const,
          })),
          ...crowd.map((each) => placed(each.id, each.there, each.sex, each.listedAt)),
        ]);
        const [mine] = cellsAt(app.platform.keys.places, li.id as UserId, here);
        if (!mine) throw new Error('No cell.');
        const expected = crowd
          .filter(({ listedAt }) => listedAt > now - 72 * HOUR)
          .filter(({ sex: code }) => sex === '' || (sex === '男' ? code === 1 : code !== 1))
          .map(({ id, there }) => ({ id, distance: shownDistance(chordSquare(mine, pointOf(there))) }))
          .filter(({ distance }) => distance <= 100_000)
          .sort((a, b) => a.distance - b.distance || a.id - b.id)
          .map(({ id, distance }) => ({ id: String(id), distance: String(distance) }));
        const found = [];
        for (let pageNo = 1; pageNo <= 3; pageNo++) {
          // Decimal text as clients send it; the place is compared as that text says it.
          const page = await look(li, {
            latitude: String(here.latitude),
            longitude: String(here.longitude),
            sex,
            pageNo,
          });
          expect(page.totalCount).toBe(String(expected.length));
          found.push(
            ...page.list.map(({ id, distance }: { id: string; distance: string }) => ({ id, distance })),
          );
        }
        expect(found).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  });
});
