import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { meantBy } from '../../../../src/homes/bun/socketio/old-polling.ts';
import { type Person, person } from '../../../support/app.ts';
import { befriend } from '../../../support/friends.ts';
import { type LiveServer, liveServer, Socket, until } from '../../../support/sockets.ts';

const TEA = '你好，喝茶？🍵 é';
let app: LiveServer;
let li: Person;
let wang: Person;
beforeEach(async () => {
  app = await liveServer();
  li = await person(app, 'li');
  wang = await person(app, 'wang');
  await befriend(li, wang);
});
afterEach(() => app.close());

/** The bytes of a text as characters: what the older clients make of it before they send it, and after they got it. */
const asBytes = (text: string) => Buffer.from(text).toString('latin1');

/** The packets of an answer in the binary framing. */
function framesOf(bytes: Buffer): string[] {
  const packets: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    expect(bytes[at]).toBe(0);
    const end = bytes.indexOf(255, at);
    const length = Number([...bytes.subarray(at + 1, end)].join(''));
    packets.push(bytes.subarray(end + 1, end + 1 + length).toString());
    at = end + 1 + length;
  }
  return packets;
}

/** A client that polls, by hand. */
async function polling(who: Person, query: string) {
  const base = `http://127.0.0.1:${app.server.socketIoPort}/socket.io/?${query}&transport=polling&token=${who.token}`;
  let url = base;
  const get = async () => {
    const answer = await fetch(url);
    expect(answer.status).toBe(200);
    return { type: answer.headers.get('content-type') ?? '', bytes: Buffer.from(await answer.arrayBuffer()) };
  };
  const post = async (body: string | Uint8Array<ArrayBuffer>, type: string) =>
    (await fetch(url, { method: 'POST', headers: { 'content-type': type }, body })).status;
  const opened = await get();
  const sid = /"sid":"([^"]+)"/.exec(opened.bytes.toString())?.[1];
  url = `${base}&sid=${sid}`;
  return { opened, get, post };
}

const packet = (content: string, over: object = {}) =>
  `42${JSON.stringify(['chat', { msgId: `${Math.random()}`, fromType: 1, destId: li.id, messageType: 2, content, ...over }])}`;

describe('Engine.IO 3 without b64', () => {
  test('is answered in binary frames, whose text is UTF-8', async () => {
    await wang.call('/im/send', { msgId: 'tea', fromType: 1, destId: li.id, messageType: 2, content: TEA });
    const { opened, get } = await polling(li, 'EIO=3');
    expect(opened.type).toBe('application/octet-stream');
    const packets = framesOf(opened.bytes);
    expect(packets[0]).toMatch(/^0\{"sid"/);
    while (!packets.some((each) => each.includes('tea'))) {
      const { type, bytes } = await get();
      expect(type).toBe('application/octet-stream');
      packets.push(...framesOf(bytes));
    }
    expect(packets.find((each) => each.includes('tea'))).toContain(JSON.stringify(TEA));
  });

  test.each([
    ['text that is encoded once, as the younger clients post it', (text: string) => text],
    ['text that is encoded twice, as the older ones do', asBytes],
  ])('may post %s', async (_, encoded) => {
    const { post } = await polling(wang, 'EIO=3');
    const mine = await new Socket(app, li).live();
    const said = encoded(packet(TEA));
    expect(await post(`${said.length}:${said}`, 'text/plain;charset=UTF-8')).toBe(200);
    await until('it', () => mine.contents().length === 1);
    expect(mine.contents()).toEqual([TEA]);
  });

  test('may post binary frames', async () => {
    const { post } = await polling(wang, 'EIO=3');
    const mine = await new Socket(app, li).live();
    const body = Buffer.from(packet(TEA));
    const head = [0, ...String(body.length)].map(Number);
    expect(await post(Buffer.from([...head, 255, ...body]), 'application/octet-stream')).toBe(200);
    await until('it', () => mine.contents().length === 1);
    expect(mine.contents()).toEqual([TEA]);
  });

  test('is taken at its word once it has said what is no encoded text', async () => {
    const { post } = await polling(wang, 'EIO=3');
    const mine = await new Socket(app, li).live();
    for (const content of ['é', asBytes('é')]) {
      const said = packet(content);
      expect(await post(`${said.length}:${said}`, 'text/plain;charset=UTF-8')).toBe(200);
    }
    await until('both', () => mine.contents().length === 2);
    expect(mine.contents()).toEqual(['é', 'Ã©']);
  });
});

test.each(['EIO=3&b64=1', 'EIO=4'])('%s is answered in text', async (query) => {
  await wang.call('/im/send', { msgId: 'tea', fromType: 1, destId: li.id, messageType: 2, content: TEA });
  const { opened, get, post } = await polling(li, query);
  expect(opened.type).toBe('text/plain; charset=UTF-8');
  if (query === 'EIO=4') expect(await post('40', 'text/plain;charset=UTF-8')).toBe(200);
  let text = '';
  while (!text.includes('tea')) text = (await get()).bytes.toString();
  const json =
    query === 'EIO=4' ? JSON.stringify(TEA) : /"content":("[^"]*茶?[^"]*"),"messageType":2/.exec(text)?.[1];
  expect(text).toContain(json);
  expect(JSON.parse(json ?? '')).toBe(TEA);
  if (query !== 'EIO=4') expect(text).toMatch(/^[\x20-\x7e]*$/);
});

test('a script that polls is answered by a script', async () => {
  const { opened } = await polling(li, 'EIO=3&j=0');
  expect(opened.bytes.toString()).toMatch(/^___eio\[0\]\("/);
});

test('text is taken for encoded only where all of it is', () => {
  expect(meantBy(asBytes(TEA))).toBe(TEA);
  for (const plain of ['', 'tea', TEA, 'é', 'ÿ', `${asBytes('茶')}茶`, `${asBytes('茶')}é`])
    expect(meantBy(plain)).toBeUndefined();
});
