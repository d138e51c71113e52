import { afterEach, describe, expect, test } from 'vitest';
import { Client, memoryStore, type Store } from '../../sdk/src/index.ts';
import {
  type Realtime,
  type RealtimeEvent,
  type RealtimeOptions,
  realtime,
  type Status,
} from '../../sdk/src/realtime/index.ts';
import { type HeldLine, heldLines, shownText } from './lines.ts';

const TOKEN = `x.${btoa(JSON.stringify({ sub: '100002' }))}.x`;
const open: Realtime[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

interface World {
  readonly live: Realtime;
  readonly lines: HeldLine[];
  readonly statuses: Status[];
  /** The newest line, opened. */
  line(): Promise<HeldLine>;
}

/** Realtime over lines that the test holds; nothing answers by HTTP unless it is said. */
async function connected(
  options: RealtimeOptions = {},
  store: Store = memoryStore(),
  fetch: () => Promise<Response> = () => Promise.reject(new TypeError('no route')),
): Promise<World> {
  const { open: line, lines } = heldLines();
  const statuses: Status[] = [];
  const client = new Client({ url: 'http://teahouse.test', store, fetch });
  await client.signIn(TOKEN);
  const onStatus = (status: Status) => statuses.push(status);
  const live = await realtime(client, { line, firstRetryMs: 1, onStatus, ...options });
  open.push(live);
  const opened = async () => {
    const newest = lines.at(-1);
    if (!newest) throw new Error('There is a line.');
    newest.events.onOpen();
    return newest;
  };
  return { live, lines, statuses, line: opened };
}

const come = (line: HeldLine, ...seqs: number[]) => {
  for (const seq of seqs) line.events.onFrame({ op: 'message', seq, message: shownText(`m${seq}`) });
};
const breakLine = (line: HeldLine, code = 1006, wasOpen = true) =>
  line.events.onEnd({ code, reason: 'so', wasOpen });
const until = async (holds: () => boolean) => {
  for (let i = 0; i < 2000 && !holds(); i++) await new Promise((soon) => setTimeout(soon, 1));
  expect(holds()).toBe(true);
};
/** Reads so many events; the last of them does not count as dealt with. */
async function read(live: Realtime, count: number): Promise<RealtimeEvent[]> {
  const found: RealtimeEvent[] = [];
  for await (const event of live) {
    if (found.push(event) === count) break;
  }
  return found;
}
/** Reads on in the background. */
function reading(live: Realtime): RealtimeEvent[] {
  const found: RealtimeEvent[] = [];
  void (async () => {
    for await (const event of live) found.push(event);
  })();
  return found;
}
const contents = (events: readonly RealtimeEvent[]) => events.map(({ content }) => content);

describe('the stream of events', () => {
  test('goes on behind the last one over a new line, each once and in order', async () => {
    const { live, lines, line } = await connected();
    const found = reading(live);
    const first = await line();
    expect(first.after).toBeUndefined();
    come(first, 3, 5);
    breakLine(first);
    await until(() => lines.length === 2);
    const second = await line();
    expect(second.after).toBe(5);
    come(second, 5, 8);
    await until(() => found.length === 3);
    expect(contents(found)).toEqual(['m3', 'm5', 'm8']);
  });

  test('is acknowledged as far as the app has dealt with it', async () => {
    const { live, line } = await connected();
    const held = await line();
    come(held, 1, 2, 3);
    await read(live, 2);
    live.acknowledge();
    expect(held.said).toEqual([{ op: 'ack', seq: 1 }]);
    reading(live);
    await until(() => held.said.some((frame) => frame.op === 'ack' && frame.seq === 3));
  });

  test('is never acknowledged where the app wants that', async () => {
    const { live, line } = await connected({ acknowledges: false });
    const held = await line();
    come(held, 1, 2);
    await read(live, 2);
    live.close();
    expect(held.said).toEqual([]);
  });

  test('brings again after a restart what was not dealt with', async () => {
    const store = memoryStore();
    const before = await connected({}, store);
    come(await before.line(), 1, 2, 3);
    expect(contents(await read(before.live, 2))).toEqual(['m1', 'm2']);
    before.live.close();
    const { line } = await connected({}, store);
    expect((await line()).after).toBe(1);
  });

  test('stops growing where nobody reads, and loses nothing', async () => {
    const { live, lines, line } = await connected();
    const first = await line();
    come(first, ...Array.from({ length: 1500 }, (_, i) => i + 1));
    const found = reading(live);
    await until(() => lines.length === 2);
    const second = await line();
    expect(second.after).toBe(1000);
    come(second, 1001);
    await until(() => found.length === 1001);
  });

  test('follows a server that was set back', async () => {
    const { live, lines, line } = await connected();
    const found = reading(live);
    const first = await line();
    come(first, 90);
    await until(() => found.length === 1);
    breakLine(first);
    await until(() => lines.length === 2);
    const second = await line();
    second.events.onFrame({ op: 'live', seq: 40 });
    come(second, 41);
    await until(() => found.length === 2);
  });

  test('names every event, and keeps what it does not know', async () => {
    const { live, line } = await connected();
    const held = await line();
    const shown = (messageType: number, content: string) => ({ ...shownText(content), messageType });
    held.events.onFrame({ op: 'message', seq: 1, message: shown(17, '{"redPacketId":7,"msg":"喜"}') });
    held.events.onFrame({ op: 'message', seq: 2, message: shown(4321, 'new') });
    held.events.onFrame({ op: 'message', seq: 3, message: shown(16, 'no JSON') });
    expect(await read(live, 3)).toMatchObject([
      { type: 'redPacketSent', data: { redPacketId: '7', msg: '喜' }, fromId: '100001', sendTime: 1 },
      { type: 'unknown', messageType: 4321, content: 'new' },
      { type: 'voice', data: undefined, content: 'no JSON' },
    ]);
  });
});

describe('the end of a line', () => {
  test.each([
    [4401, 'session ended'],
    [4409, 'replaced'],
    [4400, 'not understood'],
  ])('with %i is the end of all', async (code, because) => {
    const { live, lines, line, statuses } = await connected();
    const held = await line();
    come(held, 1);
    breakLine(held, code);
    expect(contents(await read(live, 2))).toEqual(['m1']);
    expect(statuses.at(-1)).toEqual({ state: 'ended', because });
    expect(lines).toHaveLength(1);
  });

  test('by a dead session makes the client forget it', async () => {
    const store = memoryStore();
    const { line, statuses } = await connected({}, store);
    breakLine(await line(), 4401);
    await until(() => statuses.at(-1)?.state === 'ended');
    expect(store.get('token')).toBeUndefined();
  });

  test('by a flood is waited out for a minute', async () => {
    const { line, statuses } = await connected();
    breakLine(await line(), 4429);
    await until(() => statuses.at(-1)?.state === 'waiting');
    expect(statuses.at(-1)).toMatchObject({ forMs: 60_000 });
  });

  test.each([1001, 4408, 1006])('with %i brings a new one', async (code) => {
    const { lines, line } = await connected();
    breakLine(await line(), code);
    await until(() => lines.length === 2);
  });

  test('that was never open is asked about by HTTP', async () => {
    const answer = (code: number, reason: string) => async () =>
      new Response(JSON.stringify({ code: String(code), data: { info: '…', reason } }));
    const dead = await connected({}, memoryStore(), answer(601, 'SESSION_ENDED'));
    dead.lines[0]?.events.onEnd({ code: 1006, reason: '', wasOpen: false });
    await until(() => dead.statuses.at(-1)?.state === 'ended');
    const flooded = await connected({}, memoryStore(), answer(429, 'TOO_MANY_CALLS'));
    flooded.lines[0]?.events.onEnd({ code: 1006, reason: '', wasOpen: false });
    await until(() => flooded.statuses.at(-1)?.state === 'waiting');
    expect(flooded.statuses.at(-1)).toMatchObject({ forMs: 60_000 });
    const away = await connected();
    away.lines[0]?.events.onEnd({ code: 1006, reason: '', wasOpen: false });
    await until(() => away.lines.length === 2);
  });

  test('is waited for longer each time, until one is live', async () => {
    const { lines, line, statuses } = await connected({ firstRetryMs: 2 });
    for (let times = 1; times < 6; times++) {
      breakLine(await line());
      await until(() => lines.length === times + 1);
    }
    const waits = statuses.flatMap((status) => (status.state === 'waiting' ? [status.forMs] : []));
    for (const [i, ms] of waits.entries()) {
      expect(ms).toBeGreaterThanOrEqual(2 ** i);
      expect(ms).toBeLessThanOrEqual(2 ** (i + 1));
    }
    const last = await line();
    last.events.onFrame({ op: 'live', seq: 0 });
    breakLine(last);
    await until(() => lines.length === 7);
    expect(statuses.filter(({ state }) => state === 'waiting').at(-1)).toMatchObject({
      forMs: expect.closeTo(1.5, 0),
    });
  });

  test('is there at once where nobody is signed in', async () => {
    const client = new Client({ url: 'http://teahouse.test' });
    const live = await realtime(client, { line: heldLines().open });
    expect(await read(live, 1)).toEqual([]);
    expect(live.status).toEqual({ state: 'ended', because: 'session ended' });
  });
});

describe('the outbox', () => {
  const sent = (line: HeldLine) => line.said.flatMap((frame) => (frame.op === 'send' ? [frame.message] : []));
  const answer = (line: HeldLine, i: number, code = 1, data: object = { id: 9, sendTime: 8 }) =>
    line.events.onFrame({ op: 'sent', msgId: sent(line)[i]?.msgId ?? '', code, data: { ...data } });

  test('sends again over a new line what had no answer, in order', async () => {
    const { live, lines, line } = await connected();
    const results = [live.send({ user: '100001' }, 'text', 'a'), live.send({ group: '7' }, 'text', 'b')];
    const first = await line();
    await until(() => sent(first).length === 2);
    answer(first, 0);
    breakLine(first);
    await until(() => lines.length === 2);
    const second = await line();
    expect(sent(second)).toEqual([sent(first)[1]]);
    expect(sent(second)).toMatchObject([{ fromType: 2, destId: '7', messageType: 2, content: 'b' }]);
    answer(second, 0);
    expect(await Promise.all(results)).toMatchObject([
      { ok: true, data: { id: '9', sendTime: 8 } },
      { ok: true },
    ]);
    expect(live.outbox).toEqual([]);
  });

  test('survives a restart, and tells what became of what it held', async () => {
    const store = memoryStore();
    const before = await connected({}, store);
    const result = before.live.send({ user: '100001' }, 'place', { addr: '茶馆' });
    const held = await before.line();
    await until(() => sent(held).length === 1);
    before.live.close();
    expect(await result).toMatchObject({ ok: false, isLost: true });
    const told: unknown[] = [];
    const { live, line } = await connected({ onSent: (...each) => told.push(each) }, store);
    expect(live.outbox).toHaveLength(1);
    const again = await line();
    expect(sent(again)).toEqual(sent(held));
    answer(again, 0);
    expect(told).toMatchObject([[{ content: '{"addr":"茶馆"}' }, { ok: true }]]);
    await until(() => store.get('outbox.100002') === '[]');
  });

  test('of what has ended takes nothing, and leaves to the next run what is its own', async () => {
    const friend = { user: '100001' };
    const store = memoryStore();
    const old = await connected({}, store);
    old.live.close();
    const { live } = await connected({}, store);
    void live.send(friend, 'text', 'precious');
    await until(() => store.get('outbox.100002') !== undefined);
    expect(await old.live.send(friend, 'text', 'late')).toMatchObject({ ok: false, isLost: true });
    expect([contents(old.live.outbox as unknown as RealtimeEvent[]), store.get('outbox.100002')]).toEqual([
      [],
      expect.stringContaining('precious'),
    ]);
    const nobody = await realtime(new Client({ url: 'http://teahouse.test' }));
    expect(await nobody.send(friend, 'text', 'x')).toMatchObject({ isLost: true });
  });

  test('gives up what is refused, and keeps what is refused for the moment', async () => {
    const { live, line } = await connected();
    const refused = live.send({ user: '100001' }, 'text', 'a');
    void live.send({ user: '100001' }, 'text', 'b');
    const held = await line();
    await until(() => sent(held).length === 2);
    answer(held, 0, 3, { info: '拒收', reason: 'BLOCKED' });
    answer(held, 1, 429, { info: '频繁', reason: 'TOO_MANY_CALLS' });
    expect(await refused).toMatchObject({ ok: false, isLost: false, reason: 'BLOCKED', code: '3' });
    expect(contents(live.outbox as unknown as RealtimeEvent[])).toEqual(['b']);
  });

  test('has few messages under way at once', async () => {
    const { live, line } = await connected();
    for (let i = 0; i < 20; i++) void live.send({ user: '100001' }, 'text', `${i}`);
    const held = await line();
    await until(() => sent(held).length === 8);
    answer(held, 0);
    expect(sent(held).map(({ content }) => Number(content))).toEqual(Array.from({ length: 9 }, (_, i) => i));
  });

  test('takes read marks and recalls as well', async () => {
    const { live, line } = await connected();
    void live.markRead({ user: '100001' });
    void live.recall({ group: '7' }, 'm1');
    const held = await line();
    await until(() => sent(held).length === 2);
    expect(sent(held)).toMatchObject([
      { messageType: 33, content: '' },
      { messageType: 32, content: 'm1', fromType: 2 },
    ]);
  });
});
