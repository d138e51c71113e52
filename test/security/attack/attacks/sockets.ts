import { attack } from '../attack.ts';
import type { Person, Server } from '../server.ts';

/** How long the server may take to let go of a connection that floods it, in milliseconds. */
const PATIENCE_MS = 20_000;

class Line {
  isClosed = false;
  heard = 0;
  readonly #socket: WebSocket;

  constructor(url: string) {
    this.#socket = new WebSocket(url);
    this.#socket.onmessage = () => {
      this.heard += 1;
    };
    this.#socket.onclose = () => {
      this.isClosed = true;
    };
    this.#socket.onerror = () => {};
  }

  async until(holds: () => boolean, ms = PATIENCE_MS): Promise<boolean> {
    const end = Date.now() + ms;
    while (!holds() && Date.now() < end) await new Promise((soon) => setTimeout(soon, 20));
    return holds();
  }

  /** Sends all of these in small turns, as long as the server listens. */
  async say(packets: readonly string[]): Promise<number> {
    let sent = 0;
    for (const packet of packets) {
      if (this.isClosed) return sent;
      this.#socket.send(packet);
      sent += 1;
      if (sent % 20 === 0) await new Promise((soon) => setTimeout(soon, 2));
    }
    return sent;
  }

  close() {
    this.#socket.close();
  }
}

const socketIo = ({ socketIoUrl = '' }: Server, { token }: Person, engine: number) =>
  new Line(
    `${socketIoUrl.replace('http', 'ws')}/socket.io/?EIO=${engine}&transport=websocket&token=${token}&device=1`,
  );

/** Packets of Engine.IO and Socket.IO, each repeated. */
const PACKETS: readonly (readonly string[])[] = [
  ['41', '40'],
  ['40'],
  ['40/other,'],
  ['42["heart"]'],
  ['42["chat",{}]'],
  ['42["no-such-event",1]'],
  ['430[]', '431["x"]'],
  ['44"x"'],
  ['451-["chat",{"_placeholder":true,"num":0}]'],
  ['2', '3'],
  ['2probe'],
  ['5', '6'],
  ['0{}'],
  ['42[[[[[[[['],
  ['9', 'x', ''],
];

export const socketIoPackets = attack({
  name: 'socket.io-packets',
  about:
    'Every kind of packet by the thousand over the original apps’ port: the line is closed, or nobody notices.',
  needs: ['socket.io'],
  async run({ server, person, random, times }) {
    let tried = 0;
    const broken: string[] = [];
    for (const engine of [3, 4]) {
      for (const packets of PACKETS) {
        const who = await person();
        const line = socketIo(server, who, engine);
        if (!(await line.until(() => line.heard > 0 || line.isClosed))) broken.push('no handshake');
        await line.say(['40']);
        const many = Array.from(
          { length: times(2000 + random.below(1000)) },
          (_, at) => packets[at % packets.length] ?? '',
        );
        tried += await line.say(many);
        line.close();
        await line.until(() => line.isClosed);
      }
    }
    return { tried, broken };
  },
});

export const socketIoJoins = attack({
  name: 'socket.io-joins',
  about: 'Fifteen thousand leaves and joins over one connection: it is closed long before.',
  needs: ['socket.io'],
  async run({ server, person }) {
    const line = socketIo(server, await person(), 3);
    await line.until(() => line.heard > 0 || line.isClosed);
    const tried = await line.say(Array.from({ length: 30_000 }, (_, at) => (at % 2 ? '40' : '41')));
    const isLetGo = await line.until(() => line.isClosed);
    line.close();
    return { tried, broken: isLetGo ? [] : ['the connection is still open'] };
  },
});

const FRAMES = [
  '{"op":"ping"}',
  '{"op":"ack","seq":1}',
  '{"op":"ack","seq":-1}',
  '{"op":"send","message":{}}',
  '{"op":"no-such"}',
  '[[[[[[[[[[',
  '{',
  '',
  'x',
];

export const imFrames = attack({
  name: 'im-frames',
  about: 'Every kind of frame by the thousand over `/im`.',
  async run({ server, person, random, times }) {
    let tried = 0;
    for (const frame of FRAMES) {
      const { token } = await person();
      const line = new Line(`${server.url.replace('http', 'ws')}/im?token=${token}`);
      await line.until(() => line.heard > 0 || line.isClosed);
      tried += await line.say(Array<string>(times(2000 + random.below(1000))).fill(frame));
      line.close();
      await line.until(() => line.isClosed);
    }
    return { tried, broken: [] };
  },
});
