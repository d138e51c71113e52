import { Database } from 'bun:sqlite';
import type { UserId } from '../../src/core/ids.ts';
import { cellsAt } from '../../src/features/nearby/grid.ts';
import { bunExecutor } from '../../src/platform/database/executor.bun.ts';
import { migrate } from '../../src/platform/database/migrate.ts';

export const FIRST_ID = 100_000;
export const USERS = 1_000_000;
const CITIES = 40;
const HOUR = 3_600_000;
/** Lays the grids; the database that is opened later draws another, which does not matter to a search. */
const KEY = new Uint8Array(32);

/** mulberry32: shares of one, the same ones in every run. */
export function shares(seed: number) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const ofCities = shares(1);
const cities = Array.from({ length: CITIES }, () => ({
  latitude: 22 + ofCities() * 22,
  longitude: 100 + ofCities() * 22,
}));

/** Where people are: most within some 12 km of a city, the first cities being the largest; one in 16 anywhere. */
export function placesOf(share: () => number) {
  const spread = () => Math.sqrt(-2 * Math.log(1 - share())) * Math.cos(2 * Math.PI * share()) * 0.12;
  return () => {
    const city = cities[Math.floor(share() ** 2 * CITIES)];
    if (!city || share() < 1 / 16) return { latitude: 20 + share() * 28, longitude: 98 + share() * 26 };
    return { latitude: city.latitude + spread(), longitude: city.longitude + spread() };
  };
}

/** A tenth says 女, a half 男, the rest nothing. Half of the positions are older than 72 hours. */
export async function seed(file: string, now: number): Promise<void> {
  const executor = bunExecutor(file);
  await migrate(executor, 0);
  await executor.close();
  const database = new Database(file, { strict: true });
  database.run('PRAGMA synchronous = OFF');
  const user = database.prepare(
    `INSERT INTO users (id, mobile, password_hash, name, nick_name, sex, created_at, updated_at) VALUES (?, ?, '', ?, ?, ?, 0, 0)`,
  );
  const position = database.prepare(
    `INSERT INTO places (user_id, spot, cell, x, y, z, sex, listed_at, seen_at, moved_at)
      VALUES (?1, '', ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?7)`,
  );
  const share = shares(2);
  const place = placesOf(share);
  database.transaction(() => {
    for (let id = FIRST_ID; id < FIRST_ID + USERS; id += 1) {
      const sex = share();
      const code = sex < 0.1 ? 2 : sex < 0.6 ? 1 : 0;
      user.run(id, `+86${13_000_000_000 + id}`, `n${id}`, `n${id}`, ['', '男', '女'][code] ?? '');
      const [cell] = cellsAt(KEY, id as UserId, place()); // made here
      if (!cell) throw new Error('No cell.');
      const { x, y, z } = cell;
      const age = Math.floor(share() * 144 * HOUR);
      position.run(id, cell.cell, x, y, z, code, now - age);
    }
  })();
  database.run('ANALYZE');
  database.close();
}
