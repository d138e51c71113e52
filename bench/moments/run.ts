/**
 * `bun bench/moments/run.ts [FILE]`: whole calls about moments, in one process without the network, on a
 * database of 1,000,000 moments and 100,000 users whose readers have 500 friends each. FILE is kept and used
 * again. A call's processor time is that of the event loop and the database together: they are one thread.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SessionId, UserId } from '../../src/core/ids.ts';
import { bunExecutor } from '../../src/platform/database/executor.bun.ts';
import { testApp } from '../../test/support/app.ts';
import { FIRST_ID, READERS, STAR, seed } from './seed.ts';

const WARM_READERS = 1000;

const kept = process.argv[2];
const folder = kept ? undefined : mkdtempSync(join(tmpdir(), 'moments-'));
const file = kept ?? join(folder ?? '', 'moments.db');
if (!existsSync(file)) await seed(file, Date.UTC(2026, 10, 22));

const executor = bunExecutor(file);
const app = await testApp({ executor });
// Later than every earlier run on the same file, so that no number is given twice.
app.clock.time = Date.now();

/** A session of its own, and calls with it. */
async function reader(user: number) {
  const { ids, tokens } = app.platform;
  const sessionId = ids.next<SessionId>();
  const expiresAt = app.clock.now() + 1e9;
  await executor.write([
    { sql: 'UPDATE sessions SET ended_at = 1 WHERE user_id = ?', params: [user], kind: 'change' },
    {
      sql: 'INSERT INTO sessions (id, user_id, device, created_at, expires_at) VALUES (?, ?, 1, 0, ?)',
      params: [sessionId, user, expiresAt],
      kind: 'change',
    },
  ]);
  const token = await tokens.issue({ userId: user as UserId, sessionId, device: 1, expiresAt }); // seeded
  const headers = { authorization: `Bearer ${token}` };
  return async (target: string): Promise<void> => {
    const response = await app.fetch(new Request(`http://teahouse.test${target}`, { headers }));
    const text = await response.text();
    if (!text.startsWith('{"code":"1"')) throw new Error(`${target}: ${text}`);
  };
}

const print = (line: string) => process.stdout.write(`${line}\n`);
const milliseconds = (value: number | undefined) => (value ?? Number.NaN).toFixed(2).padStart(8);

async function measure(name: string, times: number, call: (i: number) => Promise<void>) {
  const took: number[] = [];
  const before = process.cpuUsage();
  for (let i = 0; i < times; i += 1) {
    const start = performance.now();
    await call(i);
    took.push(performance.now() - start);
  }
  const used = process.cpuUsage(before);
  took.sort((a, b) => a - b);
  const at = (share: number) => milliseconds(took[Math.floor(times * share)]);
  const processor = milliseconds((used.user + used.system) / 1000 / times);
  print(`${name.padEnd(30)}${processor}${at(0)}${at(0.5)}${at(0.95)}${at(0.99)}`);
}

const readers: ((target: string) => Promise<void>)[] = [];
for (let i = 0; i < WARM_READERS; i += 1) readers.push(await reader(FIRST_ID + ((i * 7) % READERS)));
const star = await reader(STAR);
const any = (i: number, target: string) => readers[(i * 37) % WARM_READERS]?.(target) ?? Promise.resolve();
for (let i = 0; i < WARM_READERS; i += 1) await any(i, '/feed/getFeed');

print(`${'milliseconds a call'.padEnd(30)}     CPU    best     p50     p95     p99`);
await measure('getFeed', 3000, (i) => any(i, '/feed/getFeed'));
await measure('getFeed, page 10', 1000, (i) => any(i, '/feed/getFeed?pageNo=10'));
await measure('getFeed, page 50 (the last)', 1000, (i) => any(i, '/feed/getFeed?pageNo=50'));
await measure('searchFeed, four months ago', 1000, (i) => any(i, '/feed/searchFeed?year=2026&month=7'));
await measure('getFriendFeed', 1000, (i) => star(`/feed/getFriendFeed?friendId=${FIRST_ID + 3000 + i * 19}`));
await measure('getFeed with 5,000 friends', 300, () => star('/feed/getFeed'));
await measure('addFeed to 500 friends', 300, (i) => any(i, `/feed/addFeed?priv=0&text=hello%20${i}`));
await measure('addFeed to 5,000 friends', 60, (i) => star(`/feed/addFeed?priv=0&text=hello%20${i}`));

await app.close();
if (folder) rmSync(folder, { recursive: true });
