import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Person, person } from '../../../support/app.ts';
import { befriend } from '../../../support/friends.ts';
import { onDevice } from '../../../support/realtime.ts';
import { type LiveServer, liveServer, Socket, until } from '../../../support/sockets.ts';

/** What the client of Socket.IO has that is used here. */
interface IoClient {
  on(event: string, listener: (...args: never[]) => void): unknown;
  emit(event: string, ...args: unknown[]): unknown;
  disconnect(): unknown;
}
const connect = io as (url: string, options: Record<string, unknown>) => IoClient;

let app: LiveServer;

/** A message that its sender has sent before, once it has been sent. */
const message = { msgId: 'same', fromType: 1, destId: 0, messageType: 2, content: 'x' };

describe('a client that behaves', () => {
  const LIMIT = 300;
  const EVENTS_SENT = 700;
  let li: Person;
  let wang: Person;
  beforeAll(async () => {
    const limits = { RATE_PER_SOCKET: `${LIMIT}`, RATE_PER_USER: '1000000', RATE_PER_ADDRESS: '1000000' };
    app = await liveServer({ RATE_LIMITS: 'on', ...limits });
    [li, wang] = [await person(app, 'li'), await person(app, 'wang')];
    await befriend(li, wang);
    for (let i = 0; i < EVENTS_SENT; i++)
      await wang.call('/im/send', { ...message, msgId: `m${i}`, destId: li.id });
  });
  afterAll(() => app.close());
  let device = 1;
  /** A device of Li's that has seen nothing yet. */
  const fresh = () => onDevice(app, li, ++device);

  test('may acknowledge every event that it gets by itself: on WS /im', async () => {
    const socket = await new Socket(app, await fresh(), { after: 0 }).live();
    for (const seq of socket.seqs) socket.ack(seq);
    expect(await socket.say({ msgId: 'same', destId: 0 })).toMatchObject({ op: 'sent' });
    expect([socket.closed, socket.contents().length]).toEqual([undefined, EVENTS_SENT]);
    await socket.close();
  });

  test.each([['websocket'], ['polling']])('and on Socket.IO, by %s', async (transport) => {
    const { token } = await fresh();
    const socket = connect(`http://127.0.0.1:${app.server.socketIoPort}`, {
      query: { token },
      transports: [transport],
      reconnection: false,
    });
    let got = 0;
    let isOver = false;
    socket.on('chat', ({ messageType }: { messageType: number }, ack: () => void) => {
      if (messageType === 2) got += 1;
      ack();
    });
    socket.on('disconnect', () => {
      isOver = true;
    });
    await until('all', () => got >= EVENTS_SENT || isOver);
    await new Promise((resolve) => socket.emit('chat', { msgId: 'still-here', messageType: 1 }, resolve));
    expect([isOver, got]).toEqual([false, EVENTS_SENT]);
    socket.disconnect();
  });
});
