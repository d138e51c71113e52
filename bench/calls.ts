import { createApp } from '../src/app.ts';
import type { SessionId, UserId } from '../src/core/ids.ts';
import type { Executor } from '../src/platform/database/executor.ts';
import { testApp } from '../test/support/app.ts';

export const TIMES = 2000;

const print = (line: string) => void process.stdout.write(`${line}\n`);
const milliseconds = (value: number | undefined) => (value ?? Number.NaN).toFixed(2).padStart(8);

/** Prints what stands above the lines of `measure`. */
export const printHeading = () => print(`${'milliseconds'.padEnd(40)}  CPU p50  CPU p99      p50      p99`);

/**
 * Makes a call many times, one after another, and prints a line. Processor time is the call's own, however busy the
 * machine is; the clock shows both.
 * @param prepare makes each call ready; it is not measured
 */
export async function measure(
  name: string,
  call: () => Promise<unknown>,
  times = TIMES,
  prepare?: () => Promise<unknown>,
): Promise<void> {
  const [took, used]: [number[], number[]] = [[], []];
  for (let i = 0; i < times; i += 1) {
    await prepare?.();
    const [start, before] = [performance.now(), process.cpuUsage()];
    await call();
    const { user, system } = process.cpuUsage(before);
    took.push(performance.now() - start);
    used.push((user + system) / 1000);
  }
  const at = (share: number, of: number[]) =>
    milliseconds(of.sort((a, b) => a - b)[Math.floor(share * times)]);
  print(`${name.padEnd(40)} ${at(0.5, used)} ${at(0.99, used)} ${at(0.5, took)} ${at(0.99, took)}`);
}

/**
 * A new session of a seeded user, whose others end, and `call` with it: the whole application in this process, without
 * the network, without limits. A call throws when it is refused.
 * @param now epoch ms at which the clock stands, until it is moved
 */
export async function logIn(executor: Executor, userId: UserId, now: number) {
  const { platform, clock, close } = await testApp({ executor });
  clock.time = now;
  const [sessionId, expiresAt] = [platform.ids.next<SessionId>(), now + 1e9];
  await executor.write([
    { sql: 'UPDATE sessions SET ended_at = 1 WHERE user_id = ?', params: [userId], kind: 'change' },
    {
      sql: 'INSERT INTO sessions (id, user_id, device, created_at, expires_at) VALUES (?, ?, 1, 0, ?)',
      params: [sessionId, userId, expiresAt],
      kind: 'change',
    },
  ]);
  const authorization = `Bearer ${await platform.tokens.issue({ userId, sessionId, device: 1, expiresAt })}`;
  const app = createApp();
  const home = {
    platform: { ...platform, config: { ...platform.config, RATE_LIMITS: 'off' as const } },
    peer: () => '127.0.0.1',
  };
  const call = async (path: string, params: Readonly<Record<string, string | number>>): Promise<string> => {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(params)) query.set(name, String(value));
    const request = new Request(`http://127.0.0.1:8787${path}?${query}`, { headers: { authorization } });
    const text = await (await app.fetch(request, home)).text();
    if (!text.startsWith('{"code":"1"')) throw new Error(`${path} was refused: ${text}`);
    return text;
  };
  return { call, close, clock };
}
