import { connect, type Socket } from 'node:net';
import { attack } from '../attack.ts';
import type { Server } from '../server.ts';

const MIB = 1024 * 1024;
/** Unfinished uploads of 10 MiB that a server may hold for one user. */
const HELD_AT_MOST = 10;

/** A request whose body never ends, and what was answered. */
interface Unfinished {
  readonly socket: Socket;
  answer: string;
  isClosed: boolean;
}

/** Sends headers and a part of a body, and keeps the connection open. */
function begin(
  server: Server,
  path: string,
  headers: Readonly<Record<string, string>>,
  announced: number,
  sent: number,
) {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  const open: Unfinished = { socket, answer: '', isClosed: false };
  socket.on('error', () => {});
  socket.on('close', () => {
    open.isClosed = true;
  });
  socket.on('data', (data) => {
    open.answer += data.toString('latin1');
  });
  const lines = Object.entries({ host: 'x', ...headers, 'content-length': String(announced) });
  socket.write(`POST ${path} HTTP/1.1\r\n${lines.map(([k, v]) => `${k}: ${v}`).join('\r\n')}\r\n\r\n`);
  socket.write(Buffer.alloc(sent, 'a'));
  return open;
}

const statusOf = ({ answer }: Unfinished) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0);

const waitingOf = (all: readonly Unfinished[]) =>
  all.filter((each) => !each.isClosed && each.answer === '').length;

/** Waits until no more than `most` go without an answer, a minute at most; answers how many do. */
async function settled(all: readonly Unfinished[], most: number): Promise<number> {
  const end = Date.now() + 60_000;
  while (Date.now() < end && waitingOf(all) > most) await new Promise((soon) => setTimeout(soon, 100));
  return waitingOf(all);
}

export const anonymousBodies = attack({
  name: 'bodies-of-nobody',
  about: 'Forty bodies of 8 MiB less a byte, by nobody: refused before they are read.',
  async run({ server }) {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const all = Array.from({ length: 40 }, () =>
      begin(server, '/chat/inviteContact', headers, 8 * MIB, 8 * MIB - 1),
    );
    const waiting = await settled(all, 0);
    for (const { socket } of all) socket.destroy();
    return {
      tried: all.length,
      broken: waiting > 0 ? [`${waiting} bodies of nobody are read on and on`] : [],
    };
  },
});

export const userBodies = attack({
  name: 'bodies-of-one-user',
  about: 'Forty uploads of 10 MiB less a byte by one user: most are refused, and another user still uploads.',
  async run({ server, person }) {
    const [who, other] = [await person(), await person()];
    const type = { 'content-type': 'application/octet-stream' };
    const all = Array.from({ length: 40 }, () =>
      begin(server, '/chat/doUploads?fileExt=jpg', { ...who.headers, ...type }, 10 * MIB, 10 * MIB - 1),
    );
    const held = await settled(all, HELD_AT_MOST);
    const full = all.filter((each) => statusOf(each) === 503);
    const silent = full.filter(({ answer }) => !/^retry-after:/im.test(answer)).length;
    const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw==', 'base64');
    const small = await fetch(`${server.url}/chat/doUploads?fileExt=gif`, {
      method: 'POST',
      headers: { ...other.headers, ...type },
      body: gif,
    });
    for (const { socket } of all) socket.destroy();
    const broken = [
      ...(held > HELD_AT_MOST ? [`${held} unfinished uploads of one user are held at once`] : []),
      ...(silent > 0 ? [`${silent} refusals do not say when to come back`] : []),
      ...(small.status === 200 ? [] : [`another user's upload was answered ${small.status}`]),
    ];
    return { tried: all.length, broken };
  },
});
