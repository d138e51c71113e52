/**
 * `bun bench/nearby/run.ts [FILE]`: searches among 1,000,000 positions, half of them too old to count, and whole
 * calls of findNearby (which also store a position), in one process without the network. FILE is kept and used
 * again.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sex, searchNearby } from '../../src/features/nearby/search.ts';
import type { SessionId, UserId } from '../../src/ids.ts';
import { bunExecutor } from '../../src/platform/database/executor.bun.ts';
import { type Params, testApp } from '../../test/support/app.ts';
import { FIRST_ID, placesOf, seed, shares } from './seed.ts';

const NOW = Date.UTC(2026, 10, 22);
const HOUR = 3_600_000;
const TIMES = 2000;

const kept = process.argv[2];
const folder = kept ? undefined : mkdtempSync(join(tmpdir(), 'nearby-'));
const file = kept ?? join(folder ?? '', 'nearby.db');
if (!existsSync(file)) await seed(file, NOW);

const executor = bunExecutor(file);
const app = await testApp({ executor });
app.clock.time = NOW;
const place = placesOf(shares(3));

const print = (line: string) => process.stdout.write(`${line}\n`);
const milliseconds = (value: number | undefined) => (value ?? Number.NaN).toFixed(2).padStart(8);

/** Processor time (ms) is the call's own, however busy the machine is; the clock shows both. */
async function measure(name: string, call: () => Promise<unknown>) {
  const [took, used]: [number[], number[]] = [[], []];
  for (let i = 0; i < TIMES; i += 1) {
    const [start, before] = [performance.now(), process.cpuUsage()];
    await call();
    const { user, system } = process.cpuUsage(before);
    took.push(performance.now() - start);
    used.push((user + system) / 1000);
  }
  const at = (share: number, of: number[]) =>
    milliseconds(of.sort((a, b) => a - b)[Math.floor(share * TIMES)]);
  print(`${name.padEnd(40)} ${at(0.5, used)} ${at(0.99, used)} ${at(0.5, took)} ${at(0.99, took)}`);
}

/** A session of the first user, and calls with it. */
async function logIn() {
  const { ids, tokens } = app.platform;
  const [userId, sessionId] = [FIRST_ID as UserId, ids.next<SessionId>()]; // seeded
  const expiresAt = NOW + 1e9;
  await executor.write([
    { sql: 'UPDATE sessions SET ended_at = 1 WHERE user_id = ?', params: [userId], kind: 'change' },
    {
      sql: 'INSERT INTO sessions (id, user_id, device, created_at, expires_at) VALUES (?, ?, 1, 0, ?)',
      params: [sessionId, userId, expiresAt],
      kind: 'change',
    },
  ]);
  return tokens.issue({ userId, sessionId, device: 1, expiresAt });
}

/** @param hours how much later than the youngest position it is */
const search =
  (sex: Sex | undefined, pageNo = 1, hours = 0) =>
  () =>
    app.platform.db.read(...searchNearby({ me: 1, ...place(), sex, pageNo, now: NOW + hours * HOUR }));

print(`${'milliseconds'.padEnd(40)}  CPU p50  CPU p99      p50      p99`);
await measure('warming up', search(undefined));
await measure('search, everybody', search(undefined));
await measure('search, 男', search('男'));
await measure('search, 女', search('女'));
await measure('search, 男, page 10', search('男', 10));
await measure('search, 男, of whom 5 % are recent', search('男', 1, 65));
const token = await logIn();
const call = (path: string, params: Params) => app.call(path, params, { token });
await measure('findNearby, the whole call', () => call('/geo/findNearby', { ...place(), sex: '男' }));
await measure('updateGeo, the whole call', () => call('/geo/updateGeo', place()));
await app.close();
if (folder) rmSync(folder, { recursive: true, force: true });
