import { beforeAll, describe, expect, test } from 'vitest';
import { Client, memoryStore } from '../../sdk/src/index.ts';
import { history, type Realtime, type RealtimeEvent, realtime } from '../../sdk/src/realtime/index.ts';
import { befriend, logIn, newPerson, type Person, serverUrl } from './support/client.ts';
import { until } from './support/socket.ts';

let li: Person;
let wang: Person;
beforeAll(async () => {
  [li, wang] = await Promise.all([newPerson('林一'), newPerson('王二')]);
  await befriend(li, wang);
});

async function clientOf({ token }: Pick<Person, 'token'>, store = memoryStore()): Promise<Client> {
  const client = new Client({ url: serverUrl(), store });
  await client.signIn(token);
  return client;
}

/** Reads until something has come, and answers everything. */
async function readUntil(
  live: Realtime,
  isLast: (event: RealtimeEvent) => boolean,
): Promise<RealtimeEvent[]> {
  const events: RealtimeEvent[] = [];
  for await (const event of live) {
    events.push(event);
    if (isLast(event)) break;
  }
  return events;
}

describe('an app with the SDK', () => {
  test('hears that another device of its kind has logged in, and ends', async () => {
    const person = await newPerson('孙五');
    const client = await clientOf(person);
    const live = await realtime(client);
    await until('it to be live', () => live.status.state === 'live');
    await logIn(person.mobile, 1);
    const events = await readUntil(live, () => false);
    expect(events.at(-1)?.type).toBe('loggedInElsewhere');
    expect(live.status).toEqual({ state: 'ended', because: 'session ended' });
    expect(await client.token()).toBeUndefined();
  });

  test.each(['socket', 'polling'] as const)(
    'ends over a %s where its session was dead before',
    async (line) => {
      const person = await newPerson('周六');
      const client = await clientOf(person);
      await logIn(person.mobile, 1);
      const live = await realtime(client, { line });
      expect(await readUntil(live, () => false)).toEqual([]);
      expect(live.status).toEqual({ state: 'ended', because: 'session ended' });
    },
  );

  test('yields to the same session in another place', async () => {
    const client = await clientOf(await newPerson('吴七'));
    const first = await realtime(client);
    await until('it to be live', () => first.status.state === 'live');
    const second = await realtime(client);
    await readUntil(first, () => false);
    expect(first.status).toEqual({ state: 'ended', because: 'replaced' });
    await until('the other to be live', () => second.status.state === 'live');
    second.close();
  });

  test('sends after a restart what was written without a network', async () => {
    const store = memoryStore();
    const away = new Client({ url: 'http://127.0.0.1:9', store });
    await away.signIn(li.token);
    const before = await realtime(away);
    const sending = before.send({ user: String(wang.id) }, 'text', 'from a tunnel');
    before.close();
    expect(await sending).toMatchObject({ ok: false, isLost: true });
    const told: unknown[] = [];
    const after = await realtime(await clientOf(li, store), { onSent: (...each) => told.push(each) });
    await until('the answer', () => told.length === 1);
    expect(told).toMatchObject([[{ content: 'from a tunnel' }, { ok: true }]]);
    after.close();
  });

  test('reads a conversation page by page, and what it may not read it is told', async () => {
    const [person, friend] = await Promise.all([newPerson('郑八'), newPerson('钱九')]);
    await befriend(person, friend);
    const client = await clientOf(person);
    const live = await realtime(client);
    for (let i = 0; i < 5; i++)
      expect(await live.send({ user: String(friend.id) }, 'text', `${i}`)).toMatchObject({ ok: true });
    const last = await live.send({ user: String(friend.id) }, 'text', 'no');
    await live.recall({ user: String(friend.id) }, last.ok ? last.data.msgId : '');
    const past = live.history({ user: String(friend.id) }, { pageSize: 2 });
    const messages = await Array.fromAsync(past);
    expect(messages.map(({ content, isRecalled }) => (isRecalled ? 'recalled' : content))).toEqual([
      ...['recalled', '4', '3', '2', '1', '0'],
    ]);
    const foreign = history(client, { group: '999999999' });
    expect(await Array.fromAsync(foreign)).toEqual([]);
    expect(foreign.failure).toMatchObject({ reason: 'NOT_A_MEMBER' });
    live.close();
  });

  test('shows a friend come and go', async () => {
    const [person, friend] = await Promise.all([newPerson('冯十'), newPerson('陈一')]);
    await befriend(person, friend);
    const live = await realtime(await clientOf(person), { presence: true });
    await until('the friend to be away', () => live.isOnline(String(friend.id)) === false);
    const theirs = await realtime(await clientOf(friend));
    await until('the friend to be there', () => live.isOnline(String(friend.id)) === true);
    theirs.close();
    await until('the friend to be gone', () => live.isOnline(String(friend.id)) === false);
    live.close();
  });

  test('uploads a file and tells how far it is', async () => {
    const client = await clientOf(li);
    const told: number[] = [];
    const file = new File([new Uint8Array(300_000).fill(65)], 'tea.txt');
    const sent = await client.api.pcuploadImage(file, { onProgress: (bytes) => told.push(bytes) });
    expect(sent).toMatchObject({ ok: true, data: { fileSize: '300000', fileName: 'tea.txt' } });
    expect(told.at(-1)).toBe(300_000);
  });

  test('pays once, though it asks twice', async () => {
    const person = await newPerson('褚二');
    const client = await clientOf(person);
    const pay = () => client.api.recharge({ amount: '5.00' }, { idempotencyKey: 'tea' });
    expect(await Promise.all([pay(), pay()])).toMatchObject([{ ok: true }, { ok: true }]);
    expect(await client.api.getBalance()).toMatchObject({ ok: true, data: '5.00' });
  });
});
