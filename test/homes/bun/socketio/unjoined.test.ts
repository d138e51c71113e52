import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Person, person } from '../../../support/app.ts';
import { frame, RawLine } from '../../../support/raw-line.ts';
import { type LiveServer, liveServer, until } from '../../../support/sockets.ts';

let app: LiveServer;

describe('a connection of Socket.IO that has joined nothing', () => {
  let li: Person;
  beforeAll(async () => {
    app = await liveServer();
    li = await person(app, 'li');
  });
  afterAll(() => app.close());
  const path = () => `/socket.io/?EIO=4&transport=websocket&token=${li.token}`;
  const open = () => RawLine.open(app.server.socketIoPort ?? 0, path());

  test('is the only one of its session', async () => {
    const all = [await open(), await open(), await open()];
    await until('the others to go', () => app.server.socketIoHeld?.waiting === 1);
    await until('their ends', () => all.slice(0, 2).every(({ isClosed }) => isClosed));
    expect(app.server.socketIoHeld).toEqual({ connections: 1, waiting: 1 });
    await all[2]?.close();
    await until('the end', () => app.server.socketIoHeld?.connections === 0);
  });

  test('cannot have the server keep answers that it does not take', async () => {
    const line = await open();
    line.pause();
    const one = frame(`40/${'x'.repeat(50_000)},`);
    for (let i = 0; i < 2000 && app.server.socketIoHeld?.connections === 1; i++) await line.say(one);
    await until('the end', () => app.server.socketIoHeld?.connections === 0);
    await line.close();
  });

  test('ends when it leaves what it had joined, and leaves nothing', async () => {
    for (let i = 0; i < 20; i++) {
      const line = await open();
      await line.hear('40{', () => void line.say(frame('40')));
      await line.say(frame('41'));
      await until('the end', () => line.isClosed);
    }
    expect(app.server.socketIoHeld).toEqual({ connections: 0, waiting: 0 });
    expect(app.server.home.realtime.held).toMatchObject({ feeds: 0, listeners: 0, sessions: 0 });
  });

  test('is counted while it tries another transport, of which the connection knows nothing yet', async () => {
    await app.close();
    app = await liveServer({ RATE_LIMITS: 'on', RATE_PER_SOCKET: '300', RATE_PER_USER: '100000' });
    li = await person(app, 'li');
    const polling = `http://127.0.0.1:${app.server.socketIoPort}/socket.io/?EIO=4&transport=polling&token=${li.token}`;
    const sid = /"sid":"([^"]+)"/.exec(await (await fetch(polling)).text())?.[1];
    const line = await RawLine.open(app.server.socketIoPort ?? 0, `${path()}&sid=${sid}`);
    await line.say(frame('2probe'), 600);
    await until('the end', () => line.isClosed);
  });
});
