import { afterEach, expect, test } from 'vitest';
import { Client } from '../../sdk/src/index.ts';
import { type Realtime, realtime } from '../../sdk/src/realtime/index.ts';
import { chosenSeed, seeded } from '../support/seeded.ts';
import { befriend, logIn, newPerson, type Params, type Person, serverUrl } from './support/client.ts';
import { until } from './support/socket.ts';

const ROUNDS = process.env['SOAK'] ? 200 : 12;
const open: Realtime[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

async function device(token: string): Promise<Realtime> {
  const client = new Client({ url: serverUrl() });
  await client.signIn(token);
  const live = await realtime(client, { conversations: true, firstRetryMs: 1, mostRetryMs: 50 });
  open.push(live);
  void (async () => {
    for await (const _ of live);
  })();
  return live;
}

const send = (from: Person, message: Params) =>
  from.call('/im/send', { fromType: 1, messageType: 2, content: '喝茶？', ...message });

const shown = (live: Realtime) =>
  live.conversations.list.map(({ place, unread, last, readId }) => ({
    place,
    unread,
    readId,
    last: last.msgId,
  }));

/** Two people write, and two devices of a third read, each at random; lines break at random. */
test(
  'two devices come to show the same as the server, whatever was read where while lines broke',
  async () => {
    const random = seeded(chosenSeed());
    const [me, ...others] = await Promise.all(['林一', '王二', '赵三'].map((name) => newPerson(name)));
    if (!me) throw new Error('There is somebody.');
    for (const other of others) await befriend(me, other);
    const web = await logIn(me.mobile, 4);
    const devices = [await device(me.token), await device(web)];
    let count = 0;
    const acts: ((other: Person, live: Realtime) => Promise<unknown>)[] = [
      (other) => send(other, { msgId: `c${++count}`, destId: me.id }),
      (other) => send(other, { msgId: `c${++count}`, destId: me.id }),
      async (other, live) => void live.markRead({ user: String(other.id) }),
      async (other, live) => void live.send({ user: String(other.id) }, 'text', '好'),
      async (_, live) => live.reconnect(),
      (other) =>
        send(other, { msgId: `c${++count}`, destId: me.id, messageType: 32, content: `c${count - 1}` }),
    ];
    for (let i = 0; i < ROUNDS; i++) await random.pick(acts)(random.pick(others), random.pick(devices));
    await until(`all to be sent, SEED=${random.seed}`, () =>
      devices.every(({ outbox }) => outbox.length === 0),
    );
    // A third device that knows nothing yet is what the server says.
    const fresh = new Client({ url: serverUrl() });
    await fresh.signIn(web);
    const truth = async () => {
      const answer = await fresh.api.imConversations();
      if (!answer.ok) throw new Error(answer.info);
      return answer.data.list.map(({ destId, unread, readId, last }) => ({
        place: { user: destId },
        unread: Number(unread),
        readId,
        last: last.msgId,
      }));
    };
    const expected = await truth();
    const agree = () => devices.every((live) => JSON.stringify(shown(live)) === JSON.stringify(expected));
    await until(`both to agree, SEED=${random.seed}`, agree).catch(() => undefined);
    for (const live of devices) expect(shown(live), `SEED=${random.seed}`).toEqual(expected);
  },
  process.env['SOAK'] ? 300_000 : 60_000,
);
