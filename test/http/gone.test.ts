import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Person, person, type TestApp, testApp } from '../support/app.ts';
import { file, form, MULTIPART } from '../support/forms.ts';
import { phoneMovie, picture } from '../support/pictures.ts';

/** Over real sockets: clients that go away while they send. */
const MB = 1024 * 1024;
const FORM = 'application/x-www-form-urlencoded';
const logged: { event: string; level: string }[] = [];
let app: TestApp;
let li: Person;
let server: ReturnType<typeof Bun.serve>;
let answered = 0;

beforeAll(async () => {
  const log = {
    info: (event: string) => void logged.push({ event, level: 'info' }),
    error: (event: string) => void logged.push({ event, level: 'error' }),
  };
  app = await testApp({ platform: { log }, env: { LOG: 'all' } });
  li = await person(app, 'li');
  server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    fetch: (request) => app.fetch(request).finally(() => answered++),
  });
});
afterAll(async () => {
  await server.stop(true);
  await app.close();
});

const jpeg = await picture('jpeg', 600, 400, true);
const large = await picture('jpeg', 1500, 1000, true);
const json = (value: object) => JSON.stringify(value);
const field = (name: string, value: string) =>
  `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;

const BODIES: readonly [string, string, string, string | Uint8Array][] = [
  ['a small form', '/chat/getUserById', FORM, `destId=1&a=${'x'.repeat(500)}`],
  ['a form', '/chat/getUserById', FORM, `destId=1&a=${'x'.repeat(500_000)}`],
  ['JSON', '/chat/getUserById', 'application/json', json({ destId: 1, a: 'x'.repeat(500_000) })],
  [
    'fields',
    '/chat/getUserById',
    'multipart/form-data; boundary=b',
    `${field('destId', '1')}${field('a', 'x'.repeat(MB / 2))}--b--`,
  ],
  ['an upload', '/chat/uploadImage', MULTIPART, form(file(jpeg), file(large))],
  [
    'an upload of a film',
    '/chat/uploadImage',
    MULTIPART,
    form(file(phoneMovie('mp42', Buffer.alloc(3 * MB)))),
  ],
  ['an upload for scripts', '/chat/uploadImageJsonp?callback=f', MULTIPART, form(file(jpeg), file(large))],
  ['a raw picture', '/chat/doUploads', 'application/octet-stream', large],
  ['a raw film', '/chat/doUploads', 'video/mp4', phoneMovie('mp42', Buffer.alloc(3 * MB))],
  ['a payment notice', '/wallet/wxpayNotify', 'application/json', json({ a: 'x'.repeat(50_000) })],
  ['a call of anybody', '/chat/doLogin', FORM, `mobie=1&pwd=${'x'.repeat(40_000)}`],
];

/** Sends the head and a part of a body, then goes away. */
function sendAndGo(
  path: string,
  type: string,
  bytes: Uint8Array,
  part: number,
  isChunked: boolean,
): Promise<void> {
  const length = isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${bytes.length}`;
  const head = `POST ${path} HTTP/1.1\r\nHost: teahouse.test\r\nAuthorization: Bearer ${li.token}\r\nContent-Type: ${type}\r\n${length}\r\n\r\n`;
  const sent = bytes.subarray(0, Math.floor(bytes.length * part));
  return new Promise((resolve) => {
    const socket = connect(server.port ?? 0, '127.0.0.1', () => {
      if (isChunked) socket.write(`${head}${bytes.length.toString(16)}\r\n`);
      else socket.write(head);
      // What is in the air gets there before the end of the connection does.
      socket.write(sent, () => setTimeout(() => socket.destroy(), 30));
    });
    socket.on('error', () => {}).on('close', () => resolve());
  });
}

describe.each(BODIES)('a client that goes away in the middle of %s', (_, path, type, body) => {
  test('is no fault of ours, and leaves nothing', async () => {
    const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : new Uint8Array(body);
    for (const [part, isChunked] of [
      [0, false],
      [0.5, false],
      [0.5, true],
      [0.99, false],
    ] as const) {
      logged.length = 0;
      const before = answered;
      await sendAndGo(path, type, bytes, part, isChunked);
      await expect.poll(() => answered, { timeout: 10_000 }).toBe(before + 1);
      expect(logged.filter(({ event, level }) => level === 'error' || /fault|failed/.test(event))).toEqual(
        [],
      );
      expect([app.platform.intake.held, app.platform.intake.waiting]).toEqual([0, 0]);
    }
    expect(await app.sql('SELECT count(*) FROM uploads')).toEqual([[0]]);
  });
});
