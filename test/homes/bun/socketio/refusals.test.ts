import { afterEach, expect, test } from 'vitest';
import { refusalWords } from '../../../../src/homes/bun/socketio/admission.ts';
import { Refusal } from '../../../../src/http/failure.ts';
import { person } from '../../../support/app.ts';
import { type LiveServer, liveServer } from '../../../support/sockets.ts';

let app: LiveServer | undefined;
afterEach(() => app?.close());

/** What a handshake is answered. */
async function refusal(server: LiveServer, token: string, engine = 4) {
  const query = `EIO=${engine}&transport=polling&token=${token}`;
  const answer = await fetch(`http://127.0.0.1:${server.server.socketIoPort}/socket.io/?${query}`);
  return { status: answer.status, said: answer.status === 200 ? undefined : await answer.json() };
}
const told = (message: string) => ({ status: 403, said: { code: 4, message } });

test('a handshake with a dead token is told that the session has ended', async () => {
  app = await liveServer();
  const li = await person(app, 'li');
  expect(await refusal(app, '')).toEqual(told('session ended'));
  expect(await refusal(app, `${li.token}x`, 3)).toEqual(told('session ended'));
  await li.call('/chat/doLogout');
  expect(await refusal(app, li.token)).toEqual(told('session ended'));
});

test('one beyond the limits is told that it is too many, and one while the server stops that it stops', async () => {
  app = await liveServer({ RATE_LIMITS: 'on', RATE_PER_ADDRESS: '15' });
  const li = await person(app, 'li');
  expect((await refusal(app, li.token)).status).toBe(200);
  for (let i = 0; i < 15; i++) await fetch(`${app.server.url}/readyz`);
  expect(await refusal(app, li.token)).toEqual(told('too many'));
  await app.server.home.realtime.stop();
  expect(await refusal(app, li.token)).toEqual(told('stopping'));
});

test('what is nobody’s fault is told as such', () => {
  expect(refusalWords(new Error('the database is away'))).toBe('unavailable');
  expect(refusalWords(new Refusal('toString'))).toBe('unavailable');
});
