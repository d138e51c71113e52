import { afterEach, expect, test } from 'vitest';
import { FLOODS_TOLD, turningAway } from '../../../src/homes/bun/turning-away.ts';
import { type Person, person } from '../../support/app.ts';
import { type LiveServer, liveServer, Socket, until } from '../../support/sockets.ts';

let app: LiveServer | undefined;
afterEach(() => app?.close());

const closedWith = async (server: LiveServer, who: Person) => {
  const socket = new Socket(server, who);
  await until('the end', () => socket.closed !== undefined);
  expect(socket.frames).toMatchObject([{ op: 'bye', code: socket.closed?.code }]);
  return socket.closed?.code;
};

test('a flood of an address is told 4429 at each further handshake, whose tokens are not looked at', async () => {
  app = await liveServer({ RATE_LIMITS: 'on', RATE_PER_ADDRESS: '20' });
  const li = await person(app, 'li');
  for (let i = 0; i < 20; i++) await fetch(`${app.server.url}/readyz`);
  expect(await closedWith(app, li)).toBe(4429);
  expect(await closedWith(app, { ...li, token: 'none' })).toBe(4429);
  expect((await fetch(`${app.server.url}/im`)).status).toBe(429);
});

test('a user whose sockets have said too much is told 4429 until the minute is over', async () => {
  app = await liveServer({ RATE_LIMITS: 'on', RATE_PER_SOCKET: '300' });
  const li = await person(app, 'li');
  const socket = await new Socket(app, li).live();
  for (let i = 0; i < 310; i++) socket.send({ op: 'ping' });
  await until('the end', () => socket.closed?.code === 4429);
  expect(await closedWith(app, li)).toBe(4429);
});

test('a dead token is counted as a call of its address, and keeps no socket open', async () => {
  app = await liveServer({ RATE_LIMITS: 'on', RATE_PER_ADDRESS: '30' });
  const li = await person(app, 'li');
  const codes = new Set<number | undefined>();
  for (let i = 0; i < 31; i++) codes.add(await closedWith(app, { ...li, token: 'none' }));
  expect([...codes]).toEqual([4401, 4429]);
  expect(app.server.home.realtime.size).toBe(0);
});

test('so many floods are told in a minute, and every other refusal', () => {
  let now = 0;
  let upgrades = 0;
  const upgrade = () => {
    upgrades += 1;
    return true;
  };
  const turnAway = turningAway({ now: () => now }, { upgrade } as never);
  const say = (code: number) => turnAway(new Request('http://x/'), { code, reason: '' }) !== undefined;
  for (let i = 0; i < FLOODS_TOLD; i++) expect(say(4429)).toBe(true);
  expect([say(4429), say(4401), upgrades]).toEqual([false, true, FLOODS_TOLD + 1]);
  now += 60_000;
  expect(say(4429)).toBe(true);
});
