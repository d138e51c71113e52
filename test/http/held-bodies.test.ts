import { describe, expect } from 'vitest';
import { Intake } from '../../src/http/intake.ts';
import { RequestBody } from '../../src/http/request-body.ts';
import { person } from '../support/app.ts';
import { appTest } from '../support/app-test.ts';
import { bodyOf } from '../support/forms.ts';

const KB = 1024;
const MB = 1024 * KB;
const FORM = 'application/x-www-form-urlencoded';
const pad = (bytes: number) => 'x'.repeat(bytes);
const field = (name: string, value: string) =>
  `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;

/** Ways to send a token and much beside it: `before` bytes stand before the token, `after` behind it. */
const ENCODINGS: readonly {
  name: string;
  type: string;
  path: string;
  make: (token: string, before: number, after: number) => string;
}[] = [
  {
    name: 'urlencoded',
    type: FORM,
    path: '/chat/inviteContact',
    make: (token, before, after) => `a=${pad(before)}&token=${token}&contact=[]&b=${pad(after)}`,
  },
  {
    name: 'JSON',
    type: 'application/json',
    path: '/chat/inviteContact',
    make: (token, before, after) =>
      `{"n":[1,{"a":"]"}],"a":"${pad(before)}","to\\u006ben": "${token}","contact":[],"b":"${pad(after)}"}`,
  },
  {
    name: 'multipart',
    type: 'multipart/form-data; boundary=b',
    path: '/chat/inviteContact',
    make: (token, before, after) =>
      `${field('a', pad(before))}${field('token', token)}${field('contact', '[]')}${field('b', pad(after))}--b--`,
  },
];

const test = appTest()
  .extend('li', ({ app }) => person(app, 'li'))
  /** Sends a body in pieces; tells how much of it was read. */
  .extend(
    'send',
    ({ app }) =>
      async (path: string, type: string, body: string | Uint8Array, headers: Record<string, string> = {}) => {
        const all = typeof body === 'string' ? new TextEncoder().encode(body) : body;
        let read = 0;
        const stream = new ReadableStream<Uint8Array>(
          {
            pull(controller) {
              const chunk = all.slice(read, read + 10_000);
              read += chunk.length;
              if (chunk.length > 0) controller.enqueue(chunk);
              else controller.close();
            },
          },
          { highWaterMark: 0 },
        );
        const request = new Request(`http://teahouse.test${path}`, {
          method: 'POST',
          headers: { 'content-type': type, ...headers },
          body: stream,
        });
        const response = await app.fetch(request);
        const reply = (await response.json()) as { code: string; data: unknown };
        return {
          status: response.status,
          code: reply.code,
          data: reply.data,
          headers: response.headers,
          read,
        };
      },
  );
test.afterEach(({ app }) => {
  expect([app.platform.intake.held, app.platform.intake.waiting]).toEqual([0, 0]);
});

// what is read of a body for nobody: the head, and the piece that ended it

describe('what is held', () => {
  const sizes = {
    BODIES_HELD_BYTES: 8 * MB,
    BODIES_HELD_PER_ADDRESS: 4 * MB,
    BODIES_HELD_PER_USER: 2 * MB,
    UPLOAD_MAX_BYTES: KB,
  };
  const clock = { time: 0, now: () => clock.time };
  const networks = (key: string) => [
    { key, times: 1 },
    { key: `${key}/56`, times: 2 },
  ];
  const held = (intake: Intake, bytes: number, address: string, user?: number) => {
    const shares = intake.sharesOf(networks(address), user);
    try {
      intake.hold(shares, bytes);
      return () => intake.release(shares, bytes);
    } catch {
      return undefined;
    }
  };

  test('is bounded for a user, an address, the unknown and all, and counts until it is let go', () => {
    const intake = new Intake(sizes, clock);
    const first = held(intake, 2 * MB, 'a', 1);
    expect(first).toBeDefined();
    expect(held(intake, 1, 'b', 1)).toBeUndefined(); // the user
    expect(held(intake, 2 * MB, 'a', 2)).toBeDefined();
    expect(held(intake, 1, 'a', 3)).toBeUndefined(); // the address
    for (const stranger of ['c', 'd', 'e', 'f']) {
      expect(held(intake, MB / 2, stranger)).toBeDefined();
      expect(held(intake, 1, stranger)).toBeUndefined(); // one of the unknown
    }
    expect(held(intake, 1, 'g')).toBeUndefined(); // all of them
    expect(held(intake, 2 * MB, 'e', 4)).toBeDefined();
    expect(held(intake, 1, 'f', 5)).toBeUndefined(); // all
    first?.();
    expect(held(intake, 2 * MB, 'f', 5)).toBeDefined();
    expect(intake.held).toBe(8 * MB);
  });

  test('of strangers keeps nobody out who says by header, cookie or query who they are', async ({
    app,
    li,
    send,
  }) => {
    const { intake } = app.platform;
    const strangers = intake.sharesOf([], undefined).slice(1);
    const full = strangers[0]?.limit ?? 0;
    intake.hold(strangers, full);
    for (const { type, path, make } of ENCODINGS) {
      const body = make('', 100, 30 * KB);
      expect(await send(path, type, make(li.token, 100, 30 * KB))).toMatchObject({ status: 503 });
      for (const headers of [{ authorization: `Bearer ${li.token}` }, { cookie: `token=${li.token}` }])
        expect((await send(path, type, body, headers)).status).toBe(200);
      expect((await send(`${path}?token=${li.token}`, type, body)).status).toBe(200);
      // A forged name is none.
      expect(await send(`${path}?token=${li.token.slice(0, -6)}AAAAAA`, type, body)).toMatchObject({
        status: 503,
      });
    }
    intake.release(strangers, full);
  });

  test('is let go at once by who is refused, so that others who grow beside them find room', async () => {
    const intake = new Intake(sizes, clock);
    const bodies = Array.from({ length: 10 }, (_, i) => {
      const body = new RequestBody(
        new Request('http://teahouse.test/', { method: 'POST', body: bodyOf(new Uint8Array(MB), 10 * KB) }),
        intake,
        () => networks('a').slice(0, 1),
      );
      body.belongTo(i);
      body.admit = async () => {};
      return body;
    });
    // Nobody of them is closed before all have come to an end.
    const ends = await Promise.allSettled(bodies.map((body) => body.text(2 * MB)));
    for (const body of bodies) body.close();
    expect(ends.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(3);
    expect(intake.held).toBe(0);
  });

  test('leaves no trace of who is gone', () => {
    const intake = new Intake(sizes, clock);
    for (let i = 0; i < 1000; i += 1) held(intake, 10, `a${i}`, i)?.();
    expect(intake.held).toBe(0);
    expect(JSON.stringify(intake.sharesOf([], undefined))).toContain('anonymous');
  });

  test('always has room for one file of the allowed size', () => {
    const intake = new Intake({ ...sizes, UPLOAD_MAX_BYTES: 100 * MB }, clock);
    expect(held(intake, 100 * MB, 'a', 1)).toBeDefined();
  });

  test('answers 503 with Retry-After in the envelope when full, and goes on when there is room', async ({
    app,
    li,
    send,
  }) => {
    const { intake } = app.platform;
    const everything = intake.sharesOf([], undefined).slice(0, 1);
    const full = everything[0]?.limit ?? 0;
    intake.hold(everything, full);
    const headers = { authorization: `Bearer ${li.token}` };
    const body = `contact=[]&a=${pad(200 * KB)}`;
    const refused = await send('/chat/inviteContact', FORM, body, headers);
    expect(refused).toMatchObject({ status: 503, code: '-1', data: { info: '服务器繁忙，请稍后重试' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    // Small calls hold nothing that counts.
    expect((await li.call('/chat/getUserById', { destId: li.id }, { headers: {} })).code).toBe('1');
    intake.release(everything, full);
    expect(await send('/chat/inviteContact', FORM, body, headers)).toMatchObject({ code: '1' });
  });
});

describe('a sender who is slow', () => {
  const HEADERS = { 'content-type': FORM };

  const it = test
    /** A call whose body comes when the test says so. */
    .extend(
      'begun',
      ({ app, li }) =>
        async (headers: Record<string, string> = {}, path = '/chat/getUserById') => {
          let push: (bytes: number) => void = () => {};
          const stream = new ReadableStream<Uint8Array>({
            start(controller) {
              push = (bytes) => controller.enqueue(new Uint8Array(bytes).fill(97));
            },
          });
          const request = new Request(`http://teahouse.test${path}`, {
            method: 'POST',
            headers: { ...HEADERS, authorization: `Bearer ${li.token}`, ...headers },
            body: stream,
          });
          const answer = app.fetch(request);
          await expect.poll(() => app.platform.intake.waiting).toBe(1);
          const later = async (ms: number) => {
            await new Promise((resolve) => setTimeout(resolve, 5));
            app.clock.advance(ms);
            app.platform.intake.sweep();
          };
          return { push, later, answer };
        },
    );

  it.for([{}, { 'content-length': '100' }, { 'content-length': '900000' }])(
    'is waited for 15 seconds (%o)',
    async (headers, { app, begun }) => {
      const { later, answer } = await begun(headers);
      await later(15_000);
      expect(app.platform.intake.waiting).toBe(1);
      await later(1);
      const response = await answer;
      expect(response.status).toBe(408);
      expect(await response.json()).toMatchObject({ code: '-1' });
    },
  );

  it('must come in with 1 KiB a second, and within five minutes', async ({ app, begun }) => {
    const { push, later, answer } = await begun();
    for (let i = 0; i < 29; i += 1) {
      push(11 * KB);
      await later(10_000);
      expect(app.platform.intake.waiting).toBe(1);
    }
    push(20 * KB);
    await later(10_001);
    expect((await answer).status).toBe(408);
  });

  it('is not too slow while the server is', async ({ app }) => {
    const clock = { time: 0, now: () => clock.time };
    const intake = new Intake(app.platform.config, clock);
    const request = new Request('http://a/', {
      method: 'POST',
      body: bodyOf(new Uint8Array(50 * KB), 10 * KB),
    });
    const body = new RequestBody(request, intake, () => []);
    let size = 0;
    for await (const chunk of body.chunks(MB)) {
      size += chunk.length;
      clock.time += 600_000; // what is done with it takes long
      intake.sweep();
    }
    body.close();
    expect(size).toBe(50 * KB);
  });
});
