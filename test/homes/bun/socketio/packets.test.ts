import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CLIENT_EVENTS } from '../../../../src/homes/bun/socketio/client.ts';
import { CLIENT_OPS, type ClientFrame } from '../../../../src/realtime/frames.ts';
import { type Person, person } from '../../../support/app.ts';
import { befriend } from '../../../support/friends.ts';
import { frame, OPCODE, type Opcode, RawLine } from '../../../support/raw-line.ts';
import { onDevice } from '../../../support/realtime.ts';
import { soak } from '../../../support/soak.ts';
import { type LiveServer, liveServer, Socket, until } from '../../../support/sockets.ts';
import { type EmitterWatch, liveObjects, watchEmitters } from '../../../support/work.ts';

const MANY = soak(1_000, 10_000);
/** For what is carried in another way than the first, which the same code takes, and for what is written. */
const FEWER = soak(500, 2_000);
const FEW = 10;

let app: LiveServer;
let watch: EmitterWatch;
beforeAll(() => {
  watch = watchEmitters();
});
afterAll(() => watch.stop());

/** Something that a client may say. */
interface Said {
  readonly text: string;
  readonly opcode: Opcode;
}
const saidText = (text: string): Said => ({ text, opcode: OPCODE.text });

/** A message that its sender has sent before, once it has been sent. */
const message = { msgId: 'same', fromType: 1, destId: 0, messageType: 2, content: 'x' };
const to = (text: string, friend: Person) => text.replace('"destId":0', `"destId":${friend.id}`);
const isLike = (one: Said) => (other: Said) => one.text === other.text && one.opcode === other.opcode;
const isStored = ({ text }: Said) => text.includes('"content"');
/** An example of each event that is listened to: a new one needs its own here. */
const EVENTS: Record<(typeof CLIENT_EVENTS)[number], readonly unknown[]> = {
  chat: [{}, { msgId: 'x', messageType: 1 }, message],
  heart: [{ fromId: 1 }],
};
/** An example of each frame of WS /im. */
const FRAMES: Record<ClientFrame['op'], readonly string[]> = {
  ping: ['{"op":"ping"}'],
  ack: ['{"op":"ack","seq":0}', '{"op":"ack","seq":9007199254740991}'],
  send: ['{"op":"send","message":{"msgId":"x"}}', JSON.stringify({ op: 'send', message: message })],
};
const DIGITS = [...'0123456789'];
const DEEP = `["chat",${'['.repeat(20_000)}`;
/** What may stand behind a packet's type in Socket.IO. */
const TAILS = [
  '',
  '[]',
  '{}',
  '["unknown"]',
  '7["unknown",{"a":1}]',
  '99999999999999999999["chat",{}]',
  '[7]',
  '["error"]',
  '/x,',
  '/x?a=1,["chat",{}]',
  '1-["chat",{"_placeholder":true,"num":0}]',
  '99-["chat"]',
  DEEP,
  '{"token":"x"}',
];
/** Joins, leaves, events and acknowledgements with everything; of the rest that it is refused. */
const tailsOf = (type: string) => (type < '4' ? TAILS : TAILS.slice(0, 4));
const packets: readonly string[] = [
  ...DIGITS.filter((type) => type !== '4').flatMap((type) => [type, `${type}probe`]),
  ...['', 'x', 'b4AAAA', '4', '40,41'],
  ...DIGITS.flatMap((type) => tailsOf(type).map((tail) => `4${type}${tail}`)),
  ...CLIENT_EVENTS.flatMap((event) => EVENTS[event].map((data) => JSON.stringify([event, data]))).flatMap(
    (json) => [`42${json}`, `429${json}`],
  ),
];
const PACKETS: readonly Said[] = [
  ...packets.map(saidText),
  { text: '', opcode: OPCODE.ping },
  { text: '', opcode: OPCODE.pong },
  { text: 'x', opcode: OPCODE.binary },
];
const IM_FRAMES: readonly Said[] = [
  ...CLIENT_OPS.flatMap((op) => FRAMES[op]).map(saidText),
  ...['{"op":"unknown"}', '{"op":"send"}', '{}', '[]', '', '[', DEEP].map(saidText),
  { text: '', opcode: OPCODE.ping },
  { text: '', opcode: OPCODE.pong },
  { text: '{"op":"ping"}', opcode: OPCODE.binary },
];

/** A connection of a user, whatever it is carried by. */
interface Connection {
  readonly isClosed: boolean;
  say(one: Said, times: number): Promise<void>;
  /** Waits until the server has done all that was said before, or has ended the connection. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** Over a WebSocket: `probe` is something whose answer holds `answer`. */
class OverWebSocket implements Connection {
  private readonly line: RawLine;
  private readonly probe: Buffer;
  private readonly answer: string;

  constructor(line: RawLine, probe: string, answer: string) {
    this.line = line;
    this.probe = frame(probe);
    this.answer = answer;
  }
  get isClosed() {
    return this.line.isClosed;
  }
  say = ({ text, opcode }: Said, times: number) => this.line.say(frame(text, opcode), times);
  settle = () => this.line.hear(this.answer, () => void this.line.say(this.probe));
  close = () => this.line.close();
}

const PROBE = '42777["chat",{"msgId":"probe","messageType":1}]';
const ANSWER = '43777[';
const POST_BYTES = 60_000;

/** Over polls: what is said goes in few requests. */
class OverPolling implements Connection {
  isClosed = false;
  private readonly url: string;
  private readonly engine: 3 | 4;

  private constructor(url: string, engine: 3 | 4) {
    this.url = url;
    this.engine = engine;
  }

  static async open(who: Person, engine: 3 | 4): Promise<OverPolling> {
    const base = `http://127.0.0.1:${app.server.socketIoPort}/socket.io/`;
    const url = `${base}?EIO=${engine}&transport=polling&token=${who.token}`;
    const opened = await fetch(url);
    const sid = /"sid":"([^"]+)"/.exec(await opened.text())?.[1];
    const made = new OverPolling(`${url}&sid=${sid}`, engine);
    made.isClosed = sid === undefined;
    if (engine === 4) await made.say(saidText('40'), 1);
    return made;
  }

  async say({ text }: Said, times: number) {
    const one = this.engine === 4 ? text : `${text.length}:${text}`;
    const separator = this.engine === 4 ? '\x1e' : '';
    const inOne = text === '' ? 1 : Math.floor(POST_BYTES / (one.length + 1)); // many nothings are nothing
    const together = Math.max(1, Math.min(times, inOne));
    for (let left = times; left > 0 && !this.isClosed; left -= together)
      await this.post(Array.from({ length: Math.min(left, together) }, () => one).join(separator));
  }

  private async post(body: string) {
    const answer = await fetch(this.url, { method: 'POST', body }).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.status !== 200) this.isClosed = true;
  }

  async settle() {
    if (!this.isClosed) await this.say(saidText(PROBE), 1);
    while (!this.isClosed) {
      const answer = await fetch(this.url).catch(() => undefined);
      const text = (await answer?.text()) ?? '';
      if (text.includes(ANSWER)) return;
      if (answer?.status !== 200 || text === '1' || text === '1:1') this.isClosed = true;
    }
  }

  async close() {
    await this.say(saidText('1'), 1);
  }
}

async function socketIo(who: Person, engine: 3 | 4): Promise<Connection> {
  const path = `/socket.io/?EIO=${engine}&transport=websocket&token=${who.token}`;
  const line = await RawLine.open(app.server.socketIoPort ?? 0, path);
  if (engine === 4) await line.say(frame('40'));
  return new OverWebSocket(line, PROBE, ANSWER);
}

async function im(who: Person): Promise<Connection> {
  const line = await RawLine.open(Number(new URL(app.server.url).port), `/im?token=${who.token}`);
  return new OverWebSocket(line, '{"op":"send","message":{"msgId":"probe"}}', '"msgId":"probe"');
}

type Way = readonly [
  name: string,
  open: (who: Person) => Promise<Connection>,
  all: readonly Said[],
  many: number,
];
/** Every third, and all that the apps say. */
const some = PACKETS.filter(
  ({ text }, i) => i % 3 === 0 || /^42.?\["(chat|heart)"/.test(text) || text === '',
);
const polled = some.filter(({ text, opcode }) => opcode === OPCODE.text && text !== '');
const WAYS: readonly Way[] = [
  ['Socket.IO, Engine.IO 4, WebSocket', (who) => socketIo(who, 4), PACKETS, MANY],
  ['Socket.IO, Engine.IO 3, WebSocket', (who) => socketIo(who, 3), some, FEWER],
  ['Socket.IO, Engine.IO 4, polling', (who) => OverPolling.open(who, 4), polled, FEWER],
  ['Socket.IO, Engine.IO 3, polling', (who) => OverPolling.open(who, 3), polled, FEWER],
  ['WS /im', im, IM_FRAMES, MANY],
];

/** What the server holds: it must not grow with what is said. */
async function held() {
  await new Promise((soon) => setTimeout(soon, 20));
  const counts = { ...app.server.home.realtime.held, ...app.server.socketIoHeld };
  return { counts, listeners: watch.listeners() };
}

/** Says something so often and waits for the end of it; answers how many listeners ran meanwhile. */
async function round(connection: Connection, one: Said, times: number): Promise<number> {
  const before = watch.runs();
  await connection.say(one, times);
  await connection.settle();
  return watch.runs() - before;
}

/** Says something ten times, then many times. The connection ends, or everything is as it was. */
async function sayOverAndOver(connection: Connection, one: Said, many: number): Promise<void> {
  await round(connection, one, FEW);
  const [work, before] = [await round(connection, one, FEW), await held()];
  await round(connection, one, many);
  if (connection.isClosed) return;
  // What the last answer held may stay until the next.
  const [workAfter, after] = [await round(connection, one, FEW), await held()];
  expect(after.counts).toEqual(before.counts);
  if (after.listeners - before.listeners >= FEW) Bun.gc(true); // those of the dead count until they are taken away
  expect(watch.listeners() - before.listeners).toBeLessThan(FEW);
  // Ten packets do as much as the first ten did: a listener left by each of the many would run ten times.
  expect(workAfter - work).toBeLessThan(many / 4);
}

/** Those of all that do not end a connection of this kind. */
async function livingOf(open: (who: Person) => Promise<Connection>, who: Person, all: readonly Said[]) {
  const living: Said[] = [];
  for (const one of all) {
    const connection = await open(who);
    expect(connection.isClosed).toBe(false);
    await round(connection, one, FEW);
    if (!connection.isClosed) living.push(one);
    await connection.close();
  }
  return living;
}

const nobody = () =>
  until('nobody', () => app.server.home.realtime.size === 0 && app.server.socketIoHeld?.connections === 0);

describe('what a connection says leaves nothing behind, however often, and costs the same each time', () => {
  let li: Person;
  let wang: Person;
  beforeAll(async () => {
    app = await liveServer();
    [li, wang] = [await person(app, 'li'), await person(app, 'wang')];
    await befriend(li, wang);
  });
  afterAll(() => app.close());

  test.each(WAYS)(
    '%s',
    async (_, open, all, many) => {
      await nobody();
      Bun.gc(true);
      const first = await held();
      const living = await livingOf(
        open,
        li,
        all.map((each) => ({ ...each, text: to(each.text, wang) })),
      );
      let connection = await open(li);
      let before = liveObjects();
      let lived = 0;
      for (const one of living) {
        const times = isStored(one) || (all === PACKETS && !some.some(isLike(one))) ? FEWER : many;
        try {
          await sayOverAndOver(connection, one, times);
        } catch (cause) {
          throw new Error(`${one.opcode} ${one.text.slice(0, 80)}`, { cause });
        }
        if (connection.isClosed) {
          await connection.close();
          connection = await open(li);
          before = liveObjects();
        } else lived += 1;
      }
      // A poll leaves something of its own for a while, which is the client's; so does whatever else this process does.
      await until('what was said to be let go of', () => liveObjects() - before < many + 1000);
      await connection.close();
      await nobody();
      Bun.gc(true);
      const last = await held();
      expect({ ...last.counts, online: 0 }).toEqual({ ...first.counts, online: 0 });
      expect(last.listeners - first.listeners).toBeLessThan(all.length);
      expect(lived).toBeGreaterThanOrEqual(4); // it is no proof if everything ends the connection
    },
    240_000,
  );

  test('every event that is listened to is in the list that this test walks', () => {
    // What node:net, Engine.IO and Socket.IO listen to themselves is the rest; all of their sockets are called so.
    const theirs = ['end', 'error', 'close', 'data', 'connect', 'timeout', 'disconnect', 'open', 'upgrade'];
    const engines = ['packet', 'packetCreate', 'flush', 'drain'];
    const others = watch.namesOn('Socket').filter((name) => ![...theirs, ...engines].includes(name));
    expect(others.sort()).toEqual([...CLIENT_EVENTS].sort());
  });
});

describe('a user whose sockets say too much', () => {
  const LIMIT = 300;
  beforeAll(async () => {
    const limits = { RATE_PER_SOCKET: `${LIMIT}`, RATE_PER_USER: '1000000', RATE_PER_ADDRESS: '1000000' };
    app = await liveServer({ RATE_LIMITS: 'on', ...limits });
  });
  afterAll(() => app.close());
  let count = 0;
  const somebody = () => person(app, `p${count++}`);

  test.each(WAYS)(
    'are closed, whatever it is, and may not come again at once: %s',
    async (_, open, all) => {
      const neighbour = await open(await somebody());
      for (const one of all) {
        const flooder = await somebody();
        const connection = await open(flooder);
        await connection.say(one, 2 * LIMIT);
        await connection.settle();
        expect(connection.isClosed, `${one.opcode} ${one.text}`).toBe(true);
        // Where a packet ends the connection by itself, nothing was too much.
        const again = await open(flooder);
        if (again.isClosed) continue;
        await again.say(one, 2 * LIMIT);
        await again.close();
      }
      await neighbour.settle();
      expect(neighbour.isClosed).toBe(false);
      await neighbour.close();
    },
    120_000,
  );

  test('are told why on WS /im, and when to come again', async () => {
    const li = await somebody();
    const socket = await new Socket(app, li).live();
    for (let i = 0; i <= LIMIT; i++) socket.send({ op: 'ping' });
    await until('the end', () => socket.closed !== undefined);
    expect(socket.closed).toEqual({ code: 4429, reason: 'too many frames' });
    expect(socket.frames.at(-1)).toEqual({ op: 'bye', code: 4429, reason: 'too many frames' });
    const answer = await app.fetch(
      new Request(`${app.server.url}/im?token=${li.token}`, {
        headers: { upgrade: 'websocket' },
      }),
    );
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  test('are counted by requests where no packet is in them', async () => {
    const connection = await OverPolling.open(await somebody(), 3);
    await connection.say(saidText(''), LIMIT + 1);
    expect(connection.isClosed).toBe(true);
  });

  test('are those of one user together, over every protocol', async () => {
    const li = await somebody();
    const [first, second] = [await im(li), await socketIo(await onDevice(app, li, 3), 4)];
    await first.say(saidText('{"op":"ping"}'), LIMIT);
    await first.settle();
    await second.settle();
    expect([first.isClosed, second.isClosed]).toEqual([true, true]);
  });
});
