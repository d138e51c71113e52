import { expect, vi } from 'vitest';
import type { UserId } from '../../src/core/ids.ts';
import { silentLog } from '../../src/core/log.ts';
import { createDb } from '../../src/platform/database/db.ts';
import { Online } from '../../src/realtime/online.ts';
import { tellFriends } from '../../src/realtime/presence-notices.ts';
import { noSockets } from '../../src/realtime/sockets.ts';
import { type Person, person } from '../support/app.ts';
import { appTest } from '../support/app-test.ts';
import { planOf, recording } from '../support/plans.ts';

const test = appTest();
const idOf = ({ id }: Person) => id as UserId; // a person that the test made

test('a home that knows who is here does not look up whether each friend is online', async ({ app }) => {
  const li = await person(app, 'li');
  const record = recording(app.executor);
  const sockets = { ...noSockets, reaches: () => true };
  await tellFriends({ ...app.platform, db: createDb(record.executor), sockets }, [
    { userId: idOf(li), isOnline: true },
  ]);
  const plans = await Promise.all(record.reads.flat().map((statement) => planOf(app.executor, statement)));
  const steps = plans.flat().filter((step) => / (?:u|f) /.test(step));
  expect(steps).toEqual(['SEARCH f USING COVERING INDEX friendships_of_friend (friend_id=? AND state=?)']);
});

test('those who come while others are told of are told of together', async ({ app }) => {
  const people: Person[] = [];
  for (let i = 0; i < 30; i++) people.push(await person(app, `guest${i}`));
  const record = recording(app.executor);
  const ports = { ...app.platform, db: createDb(record.executor), log: silentLog };
  const online = new Online({ ...ports, sockets: { ...noSockets, home: 'busy' } });
  const [first, second, ...others] = people;
  const said = [first, second].map((one) => online.came(idOf(one ?? expect.unreachable('somebody'))));
  await vi.waitUntil(() => record.writes.length > 0);
  for (const one of others) {
    said.push(online.came(idOf(one)));
    await new Promise((soon) => setImmediate(soon));
  }
  await Promise.all(said);
  expect(record.writes.length).toBeLessThan(people.length / 2);
  await online.stop();
});
