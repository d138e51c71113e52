import { describe, expect } from 'vitest';
import { HEAD_BYTES } from '../../src/http/request-body.ts';
import { person } from '../support/app.ts';
import { appTest } from '../support/app-test.ts';
import { file, form, MULTIPART } from '../support/forms.ts';
import { picture } from '../support/pictures.ts';

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

const MOST = HEAD_BYTES + 20_000; // what is read of a body for nobody: the head, and the piece that ended it

describe.each(ENCODINGS)('a large body, $name', ({ type, path, make }) => {
  test('is read from who says so among its first 64 KiB', async ({ li, send }) => {
    expect(await send(path, type, make(li.token, 100, MB))).toMatchObject({ code: '1' });
    expect(await send(path, type, make(li.token, 60 * KB, MB))).toMatchObject({ code: '1' });
  });

  test('is not read where the token comes later, or none does', async ({ li, send }) => {
    for (const body of [make(li.token, 65 * KB, MB), make('', 100, MB), make('x', 100, MB)]) {
      const { code, read } = await send(path, type, body);
      expect(code).toBe('601');
      expect(read).toBeLessThan(MOST);
    }
  });

  test('is read from who says so in a header, a cookie or the query', async ({ li, send }) => {
    const body = make('', 100, MB).replace('token', 'other').replace('to\\u006ben', 'other');
    const named = [
      { authorization: `Bearer ${li.token}` },
      { token: li.token },
      { cookie: `token=${li.token}` },
    ];
    for (const headers of named) expect(await send(path, type, body, headers)).toMatchObject({ code: '1' });
    expect(await send(`${path}?token=${li.token}`, type, body)).toMatchObject({ code: '1' });
  });

  test('is not read for a session that has ended, nor for a forged one', async ({ app, li, send }) => {
    const forged = `${li.token.slice(0, -6)}AAAAAA`;
    expect(await send(path, type, make(forged, 100, MB))).toMatchObject({ code: '601' });
    const ended = await person(app, 'ended');
    await app.executor.write([
      { sql: 'UPDATE sessions SET ended_at = 1 WHERE user_id = ?', params: [ended.id], kind: 'change' },
    ]);
    for (const headers of [{ authorization: `Bearer ${ended.token}` }, {}]) {
      const { code, read } = await send(path, type, make(ended.token, 100, MB), headers);
      expect(code).toBe('601');
      expect(read).toBeLessThan(MOST);
    }
  });

  test('that names somebody else is refused, wherever it does', async ({ li, send }) => {
    const body = make(li.token, 100, MB).replace('contact', 'userId').replace('[]', '1');
    expect(await send(path, type, body)).toMatchObject({ code: '403' });
    const late = type === FORM ? `${make(li.token, 100, MB)}&userId=1` : undefined;
    if (late) expect(await send(path, type, late)).toMatchObject({ code: '403' });
  });
});

describe('an upload', () => {
  const large = new Uint8Array(3 * MB).fill(7);
  const uploads: [string, string, (token: string) => string | Uint8Array][] = [
    ['a form', MULTIPART, (token) => form({ field: 'token', value: token }, file(large))],
    [
      'a form of fields',
      MULTIPART,
      (token) =>
        form(
          { field: 'token', value: token },
          ...Array.from({ length: 30 }, (_, i) => ({ field: `f${i}`, value: pad(15 * KB) })),
          file(large),
        ),
    ],
  ];

  test.for(uploads)(
    'as %s is read from who is known before its first file',
    async ([_, type, make], { li, send }) => {
      const known = await send('/chat/uploadImage', type, make(li.token));
      expect(known).toMatchObject({ status: 415 }); // read, and found to be no picture
      const { code, read } = await send('/chat/uploadImage', type, make(''));
      expect(code).toBe('601');
      expect(read).toBeLessThan(MOST);
    },
  );

  test('whose token stands behind 64 KiB of fields, or behind a file, is nobody’s', async ({ li, send }) => {
    const fields = Array.from({ length: 6 }, (_, i) => ({ field: `f${i}`, value: pad(15 * KB) }));
    const late = form(...fields, { field: 'token', value: li.token }, file(large));
    const behind = form(file(large), { field: 'token', value: li.token });
    for (const body of [late, behind]) {
      const { code, read } = await send('/chat/uploadImage', MULTIPART, body);
      expect(code).toBe('601');
      expect(read).toBeLessThan(MOST);
    }
  });

  test('of a preamble, or of files under no name that counts, is not read for nobody', async ({ send }) => {
    const other = form({ field: 'other', value: large, name: 'a', type: 'image/jpeg' });
    for (const body of [large, other]) {
      const { code, read } = await send('/chat/uploadImage', MULTIPART, body);
      expect(['601', '-1']).toContain(code);
      expect(read).toBeLessThan(MOST);
    }
  });

  test('as a raw body is read from who is known by header, cookie or query, and no byte of it from nobody', async ({
    li,
    send,
  }) => {
    const { code, read } = await send(
      '/chat/doUploads',
      'application/octet-stream',
      `token=${li.token}&${pad(MB)}`,
    );
    expect([code, read]).toEqual(['601', 0]);
    const headers = { authorization: `Bearer ${li.token}` };
    expect(await send('/chat/doUploads', 'application/octet-stream', large, headers)).toMatchObject({
      code: '1',
      read: large.length,
    });
  });

  test('that holds more than one file holds one at a time', async ({ app, li, send }) => {
    const jpeg = await picture('jpeg', 1500, 1000, true);
    const { intake } = app.platform;
    let most = 0;
    const hold = intake.hold.bind(intake);
    intake.hold = (...given) => {
      hold(...given);
      most = Math.max(most, intake.held);
    };
    const headers = { authorization: `Bearer ${li.token}` };
    const five = form(...Array.from({ length: 5 }, () => file(jpeg)));
    expect(await send('/chat/uploadImage', MULTIPART, five, headers)).toMatchObject({ code: '1' });
    expect(most).toBeGreaterThanOrEqual(jpeg.length);
    expect(most).toBeLessThan(jpeg.length * 1.5);
  });
});

test('calls that anybody may make have small bodies', async ({ send }) => {
  const path = '/chat/doLogin';
  const headers = { 'content-length': '99999999' };
  expect(await send(path, FORM, pad(70 * KB))).toMatchObject({ status: 413 });
  expect(await send(path, FORM, pad(100), headers)).toMatchObject({ status: 413, read: 0 });
  for (const notice of ['/wallet/alipayNotify', '/wallet/wxpayNotify'])
    expect((await send(notice, FORM, pad(70 * KB)).catch(() => ({ status: 413 }))).status).toBe(413);
});

test.for([
  ['in one go', true],
  ['in chunks', false],
] as const)('a body read %s is the same text', async ([_, hasLength], { app, li }) => {
  const send = async (bytes: Uint8Array<ArrayBuffer>) => {
    const length = hasLength ? { 'content-length': String(bytes.length) } : {};
    const headers = { 'content-type': FORM, authorization: `Bearer ${li.token}`, ...length };
    const url = 'http://teahouse.test/chat/updateProfile';
    return (await app.fetch(new Request(url, { method: 'POST', headers, body: bytes }))).json();
  };
  const utf8 = new TextEncoder();
  const gbk = new Uint8Array([...utf8.encode('nickName='), 0xb2, 0xe8]);
  expect(await send(gbk)).toMatchObject({ code: '-1', data: { field: 'nickName' } });
  const marked = new Uint8Array([0xef, 0xbb, 0xbf, ...utf8.encode('nickName=茶&sign=%E8%8C%B6')]);
  expect(await send(marked)).toMatchObject({ code: '1' });
  const { data } = await li.call('/chat/getUserById', { destId: li.id });
  expect([data.nickName, data.sign]).toEqual(['茶', '茶']);
});
