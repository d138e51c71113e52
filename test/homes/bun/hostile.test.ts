import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chosenSeed, type Seeded, seeded } from '../../support/seeded.ts';
import { type Guest, guestOf, type Served, startServed } from '../../support/served.ts';
import { until } from '../../support/sockets.ts';

let server: Served;
let me: Guest;
beforeAll(async () => {
  server = await startServed();
  me = await guestOf(server);
}, 90_000);
afterAll(() => server?.stop());

/** A connection that says whatever it is told to. */
class Raw {
  readonly heard: string[] = [];
  isClosed = false;
  private readonly socket: WebSocket;

  constructor(url: string) {
    this.socket = new WebSocket(url);
    this.socket.onmessage = ({ data }) => this.heard.push(String(data));
    this.socket.onclose = () => {
      this.isClosed = true;
    };
  }

  async opened(greeting: string): Promise<this> {
    await until('the connection', () => this.isClosed || this.heard.some((text) => text.includes(greeting)));
    expect(this.isClosed).toBe(false);
    return this;
  }

  say(data: string | Uint8Array<ArrayBuffer>) {
    this.socket.send(data);
  }

  /** Says something, and waits until it is answered or the connection is closed. */
  async ask(data: string, answer: string) {
    this.say(data);
    await until(`an answer to ${data.slice(0, 200)}`, () => {
      return this.isClosed || this.heard.some((text) => text.includes(answer));
    });
  }

  /** Says goodbye, which the server answers when it has taken everything that came before. */
  async close() {
    this.socket.close();
    await until('the end', () => this.isClosed);
  }
}

const ws = () => new Raw(`${server.url.replace('http', 'ws')}/im?token=${me.token}`).opened('"live"');
async function socketIo(engine: 3 | 4): Promise<Raw> {
  const query = `EIO=${engine}&transport=websocket&token=${me.token}&device=1`;
  const made = new Raw(`ws://127.0.0.1:${server.socketIoPort}/socket.io/?${query}`);
  await made.opened('0{');
  if (engine === 4) made.say('40');
  return made.opened('40');
}

/** The server is the same one, serves, and has met with nothing that it did not expect. */
async function expectUnharmed() {
  const answer = await fetch(`${server.url}/readyz`);
  expect(answer.status).toBe(200);
  expect(server.lines.filter((line) => /"level":"error"/.test(line))).toEqual([]);
}

const ODD: readonly unknown[] = [
  { toString: 1 },
  { valueOf: 1, toString: 1 },
  { a: { b: [] } },
  [],
  [2],
  [{}],
  null,
  true,
  '',
  '2',
  ' 2 ',
  '0x2',
  '31',
  2,
  1,
  31,
  -1,
  2.5,
  1e300,
  2 ** 53,
  'x'.repeat(65),
  '\ud800',
  'a\0b',
  '__proto__',
  { _placeholder: true, num: 0 },
];
const FIELDS = ['msgId', 'fromType', 'destId', 'messageType', 'content', 'toString', '__proto__', 'length'];

/** A message with a few wrong fields, as JSON text. */
function oddMessage(random: Seeded): string {
  if (random.chance(10)) return JSON.stringify(random.pick(ODD));
  const right = { msgId: 'm', fromType: 1, destId: me.id, messageType: 2, content: 'x' };
  const wrong = Array.from({ length: 1 + random.below(3) }, () => [random.pick(FIELDS), random.pick(ODD)]);
  const fields = [...Object.entries(right), ...wrong].filter(() => !random.chance(10));
  return `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join()}}`;
}

const ROUNDS = 150;

describe.each([3, 4] as const)('no message over Socket.IO (Engine.IO %i) harms the server', (engine) => {
  test('with fields of any kind: each is answered', async () => {
    const random = seeded(chosenSeed());
    const socket = await socketIo(engine);
    for (let i = 0; i < ROUNDS; i++) {
      const message = oddMessage(random);
      await socket.ask(`42${i}["chat",${message}]`, `43${i}[`);
      expect(socket.isClosed, `SEED=${random.seed}: ${message}`).toBe(false);
    }
    await socket.close();
    await expectUnharmed();
  });

  test.each([
    '42["chat"]',
    '42["chat",1]',
    '42["error"]',
    '42["error",{"message":"x"}]',
    '42["heart"]',
    '42["heart",{"fromId":{"toString":1}}]',
    '42["__proto__",{}]',
    '42["constructor"]',
    '42["disconnect"]',
    '42["newListener"]',
    '42{}',
    '42[]',
    '42[1]',
    '420["chat",{"msgId":"q"},"more",{}]',
    '43[1]',
    '439999["x"]',
    '44{"message":"x"}',
    '40',
    '40/x,',
    '40//,',
    '42//:x,["chat"]',
    '41',
    '4',
    '',
    '9',
    '2probe',
    '3',
    '5',
    '6',
    '451-["chat",{"_placeholder":true,"num":0}]',
    '451-["chat",{"_placeholder":true,"num":5}]',
    '459999-["chat"]',
  ])('nor the packet %j', async (packet) => {
    const socket = await socketIo(engine);
    socket.say(packet);
    if (packet.startsWith('451')) socket.say(Uint8Array.of(1, 2, 3));
    await socket.close();
    const next = await socketIo(engine);
    await next.ask('427["chat",{"msgId":"h","messageType":31}]', '437[');
    expect(next.isClosed).toBe(false);
    await next.close();
    await expectUnharmed();
  });
});

test('no request to the original apps’ port harms the server', async () => {
  const base = `http://127.0.0.1:${server.socketIoPort}`;
  const poll = `${base}/socket.io/?EIO=4&transport=polling&token=${me.token}`;
  const opened = await (await fetch(poll)).text();
  const { sid } = JSON.parse(opened.slice(1)) as { sid: string };
  const bodies = ['', '4', '42["chat"]\x1e\x1e', 'd='.repeat(1000), 'x'.repeat(70_000), '\0', '0', '1'];
  for (const body of bodies)
    await fetch(`${poll}&sid=${sid}`, { method: 'POST', body }).catch(() => undefined);
  const queries = ['', '?EIO=4', '?EIO=9&transport=polling', '?EIO=4&transport=x', '?EIO=4&sid=__proto__'];
  queries.push(`?EIO=4&transport=polling&token=${me.token}&j=<x>`, '?EIO=4&transport=websocket&token=%');
  for (const path of ['/', '/socket.io', '/socket.io/'])
    for (const query of queries)
      for (const method of ['GET', 'POST', 'OPTIONS', 'DELETE'])
        expect(
          (await fetch(`${base}${path}${query}`, { method })).status,
          method + path + query,
        ).toBeLessThan(500);
  await expectUnharmed();
});

describe('no frame over WS /im harms the server', () => {
  test('with fields of any kind: each is answered, or closes the socket', async () => {
    const random = seeded(chosenSeed());
    let socket = await ws();
    for (let i = 0; i < ROUNDS; i++) {
      const message = oddMessage(random);
      if (socket.isClosed) socket = await ws();
      const before = socket.heard.length;
      socket.say(`{"op":"send","message":${message}}`);
      await until(`SEED=${random.seed}: an answer to ${message}`, () => {
        return socket.isClosed || socket.heard.slice(before).some((text) => /"sent"|"bye"/.test(text));
      });
      if (socket.heard.at(-1)?.includes('"bye"')) await until('the end', () => socket.isClosed);
    }
    await socket.close();
    await expectUnharmed();
  });

  test.each([
    '{"op":{"toString":1}}',
    '{"op":"ack","seq":1e300}',
    '{"op":"ack","seq":9007199254740991}',
    '{"op":"ack","seq":{"valueOf":1}}',
    '{"op":"send","message":{"__proto__":null,"msgId":"1"}}',
    '{"op":"send","message":[]}',
    '['.repeat(30_000),
    '"'.repeat(70_000),
  ])('nor the frame %#', async (frame) => {
    const socket = await ws();
    socket.say(frame);
    await socket.close();
    const next = await ws();
    await next.ask('{"op":"ping"}', '"pong"');
    expect(next.isClosed).toBe(false);
    await next.close();
    await expectUnharmed();
  });
});
