/**
 * `bun bench/nearby/run.ts [FILE]`: searches among 1,000,000 positions, half of them too old to count, and whole
 * calls of findNearby (which also store a position), in one process without the network. FILE is kept and used
 * again.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { UserId } from '../../src/core/ids.ts';
import { type Sex, searchNearby } from '../../src/features/nearby/search.ts';
import { pointOf } from '../../src/features/nearby/sphere.ts';
import type { Place } from '../../src/http/position.ts';
import { createDb } from '../../src/platform/database/db.ts';
import { bunExecutor } from '../../src/platform/database/executor.bun.ts';
import { logIn, measure, printHeading, TIMES } from '../calls.ts';
import { FIRST_ID, placesOf, seed, shares } from './seed.ts';

const NOW = Date.UTC(2026, 10, 22);
const HOUR = 3_600_000;

const kept = process.argv[2];
const folder = kept ? undefined : mkdtempSync(join(tmpdir(), 'nearby-'));
const file = kept ?? join(folder ?? '', 'nearby.db');
if (!existsSync(file)) await seed(file, NOW);

const executor = bunExecutor(file);
const { call, close, clock } = await logIn(executor, FIRST_ID as UserId, NOW); // seeded
const db = createDb(executor);
const place = placesOf(shares(3));

/** @param hours how much later than the youngest position it is */
const search =
  (sex: Sex | undefined, pageNo = 1, hours = 0) =>
  () =>
    db.read(searchNearby({ me: 1, point: pointOf(place()), sex, pageNo, now: NOW + hours * HOUR }));

printHeading();
await measure('warming up', search(undefined));
await measure('search, everybody', search(undefined));
await measure('search, 男', search('男'));
await measure('search, 女', search('女'));
await measure('search, 男, page 10', search('男', 10));
await measure('search, 男, of whom 5 % are recent', search('男', 1, 65));
/** Lets the caller be anywhere next: nobody knows where they came from. */
const forget = () =>
  executor.write(
    ['places', 'visited_spots'].map((table) => ({
      sql: `DELETE FROM ${table} WHERE user_id = ?`,
      params: [FIRST_ID],
      kind: 'change' as const,
    })),
  );
const later = async () => clock.advance(1000);
const home = place();
const find = (where: Place) => call('/geo/findNearby', { ...where, sex: '男' });
await measure('findNearby, who comes from nowhere', () => find(place()), TIMES, forget);
await measure('findNearby, who stays', () => find(home), TIMES, later);
await measure(
  'updateGeo, who comes from nowhere',
  () => call('/geo/updateGeo', { ...place() }),
  TIMES,
  forget,
);
await measure('updateGeo, who stays', () => call('/geo/updateGeo', { ...home }), TIMES, later);
await close();
if (folder) rmSync(folder, { recursive: true, force: true });
