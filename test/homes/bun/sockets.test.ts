import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Person, person } from '../../support/app.ts';
import { befriend } from '../../support/friends.ts';
import { onDevice } from '../../support/realtime.ts';
import { type LiveServer, liveServer, Socket, until } from '../../support/sockets.ts';

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

let count = 0;
/** Wang writes to Li over HTTP. */
async function write(content: string, to = li) {
  count += 1;
  const params = { msgId: `w${count}`, fromType: 1, destId: to.id, messageType: 2, content };
  expect((await wang.call('/im/send', params)).code).toBe('1');
}

describe('a socket', () => {
  test('sends what waits and then what comes, each event with its place, once and in order', async () => {
    await write('a');
    await write('b');
    const socket = await new Socket(app, li).live();
    expect(socket.contents()).toEqual(['a', 'b']);
    await write('c');
    await until('c', () => socket.contents().length === 3);
    expect(socket.contents()).toEqual(['a', 'b', 'c']);
    expect(socket.seqs).toEqual([...new Set(socket.seqs)].sort((x, y) => x - y));
    expect(socket.messages.at(-1)).toEqual({
      id: expect.any(Number),
      msgId: `w${count}`,
      fromId: wang.id,
      fromName: 'wang',
      imageIconUrl: '',
      fromType: 1,
      destId: li.id,
      content: 'c',
      messageType: 2,
      sendTime: expect.any(Number),
      receiveTime: expect.any(Number),
      devType: 1,
    });
  });

  test('shows what many are told, when it waited and when it comes', async () => {
    const post = (text: string) => wang.call('/feed/addFeed', { text, priv: 0 });
    const told = (socket: Socket) =>
      socket.messages.flatMap(({ messageType, msgId, content }) =>
        messageType === 36 && /^\w{22}$/.test(msgId) ? [JSON.parse(content).msg] : [],
      );
    await post('before');
    const socket = await new Socket(app, li).live();
    await post('after');
    await until('both', () => told(socket).length === 2);
    expect(told(socket)).toEqual(['before', 'after']);
  });

  test('begins behind `after`, else behind what was acknowledged', async () => {
    await write('a');
    await write('b');
    const first = await new Socket(app, li).live();
    const [, , seqOfA] = first.seqs.slice(-3);
    await first.close();
    const again = await new Socket(app, li, { after: seqOfA ?? 0 }).live();
    expect(again.contents()).toEqual([]);
    await again.close();
    const third = await new Socket(app, li).live();
    expect(third.contents()).toEqual(['a', 'b']);
    third.ack();
    await until('the acknowledged events to go', async () => (await li.events()).length === 0);
    await third.close();
    expect((await new Socket(app, li).live()).messages).toEqual([]);
  });

  test('takes an acknowledgement that was lost with its connection when it comes over the next one', async () => {
    await write('a');
    const first = await new Socket(app, li).live();
    const { lastSeq } = first;
    await first.close();
    const second = await new Socket(app, li, { after: lastSeq }).live();
    second.ack(lastSeq);
    await until('the acknowledged events to go', async () => (await li.events()).length === 0);
  });

  test('takes nothing for acknowledged that was not sent', async () => {
    const socket = await new Socket(app, li).live();
    socket.send({ op: 'ack', seq: 1_000_000 });
    await write('later');
    await until('later', () => socket.contents().length === 1);
    await socket.close();
    await new Promise((written) => setTimeout(written, 400));
    expect((await new Socket(app, li).live()).contents()).toEqual(['later']);
  });

  test('answers a ping', async () => {
    const socket = await new Socket(app, li).live();
    socket.send({ op: 'ping' });
    await until('pong', () => socket.frames.at(-1)?.op === 'pong');
  });

  test.each(['', 'x', '[]', '{}', '{"op":"drop"}', '{"op":"ack","seq":-1}', '{"op":"ack","seq":"1"}'])(
    'closes when the client sends %j',
    async (text) => {
      const socket = await new Socket(app, li).live();
      socket.send(text);
      await until('the end', () => socket.closed?.code === 4400);
    },
  );

  test('reaches every device of a user in the same order', async () => {
    const tablet = await onDevice(app, li, 3);
    const sockets = [await new Socket(app, li).live(), await new Socket(app, tablet).live()];
    for (let i = 0; i < 20; i++) await write(`${i}`);
    for (const socket of sockets) await until('all', () => socket.contents().length === 20);
    expect(sockets[0]?.seqs).toEqual(sockets[1]?.seqs);
  });
});

describe('who may open a socket', () => {
  /** What one who asks for a WebSocket hears: the frames, and the close code. */
  async function heard(query: string, headers: Record<string, string> = {}) {
    const options = { headers } as unknown as string[]; // Bun's own, which the types of the web do not have
    const ws = new WebSocket(`${app.server.url.replace('http', 'ws')}/im${query}`, options);
    const frames: unknown[] = [];
    ws.onmessage = ({ data }) => frames.push(JSON.parse(String(data)));
    const code = await new Promise<number>((resolve) => {
      ws.onclose = (event) => resolve(event.code);
    });
    return { frames, code };
  }
  const bye = (code: number, reason: string) => ({ frames: [{ op: 'bye', code, reason }], code });

  test('not who has no token, a forged one, or one that has ended: they are told so', async () => {
    const ended = bye(4401, 'session ended');
    expect(await heard('')).toEqual(ended);
    expect(await heard(`?token=${li.token}x`)).toEqual(ended);
    await li.call('/chat/doLogout');
    expect(await heard(`?token=${li.token}`)).toEqual(ended);
    expect(await heard(`?token=${li.token}`)).toEqual(ended);
  });

  test('not a page of another site with the cookie of ours', async () => {
    const headers = { cookie: `token=${li.token}`, origin: 'https://evil.test' };
    expect(await heard('', headers)).toEqual(bye(4401, 'session ended'));
  });

  test.each([
    ['after=x', 'after'],
    ['after=-1', 'after'],
    ['device=9', 'device'],
    ['userId=x', 'userId'],
  ])('not who asks with %s, over a WebSocket or without', async (query, field) => {
    expect(await heard(`?token=${li.token}&${query}`)).toEqual(bye(4400, `bad parameter: ${field}`));
    const plain = await fetch(`${app.server.url}/im?token=${li.token}&${query}`);
    expect(plain.status).toBe(400);
    expect(await plain.json()).toMatchObject({ code: '-1', data: { field } });
  });

  test('not in the name of somebody else', async () => {
    expect(await heard(`?token=${li.token}&userId=${wang.id}`)).toEqual(
      bye(4400, 'userId is not the caller'),
    );
  });

  test('is refused by HTTP without a WebSocket that can be opened', async () => {
    expect((await fetch(`${app.server.url}/im`)).status).toBe(401);
    const headers = { upgrade: 'websocket', connection: 'Upgrade' }; // no key
    expect((await fetch(`${app.server.url}/im`, { headers })).status).toBe(401);
  });

  test('nobody while the server stops; nor does a call wait for events then', async () => {
    await app.server.home.realtime.stop();
    expect(await heard(`?token=${li.token}`)).toEqual(bye(1001, 'the server stops'));
    const start = Date.now();
    expect((await li.call('/im/sync', { after: 1_000_000, wait: 25 })).data.list).toEqual([]);
    expect(Date.now() - start).toBeLessThan(10_000);
  });

  test('a plain request is told what is wanted', async () => {
    expect((await fetch(`${app.server.url}/im?token=${li.token}`)).status).toBe(426);
  });
});

describe('a socket whose session ends', () => {
  test('closes on logout', async () => {
    const socket = await new Socket(app, li).live();
    await li.call('/chat/doLogout');
    await until('the end', () => socket.closed?.code === 4401);
    expect(socket.contents(15)).toEqual([]);
  });

  test('hears of a login elsewhere on the same device kind alone, and that is never stored', async () => {
    const tablet = await onDevice(app, li, 3);
    const old = await new Socket(app, li).live();
    const other = await new Socket(app, tablet).live();
    const now = Date.now();
    await app.platform.db.write({
      login: [
        'UPDATE sessions SET ended_at = ? WHERE user_id = ? AND device = 1', // as doLogin does
        "INSERT INTO sessions (id, user_id, device, uuid, created_at, expires_at) VALUES (77, ?2, 1, 'new-phone', ?1, ?1 + 100000)",
      ].map((sql) => ({
        statement: { sql, params: [now, li.id], kind: 'change' as const },
        decode: () => undefined,
      })),
    });
    await until('the end', () => old.closed?.code === 4401);
    expect(old.contents(15)).toEqual(['{"UUID":"new-phone"}']);
    expect(other.closed).toBeUndefined();
    expect(other.contents(15)).toEqual([]);
    expect((await li.events()).filter(({ type }) => type === 15)).toEqual([]);
  });

  test('is closed when the same session connects again', async () => {
    const first = await new Socket(app, li).live();
    const second = await new Socket(app, li).live();
    await until('the end', () => first.closed?.code === 4409);
    await write('to the second');
    await until('the message', () => second.contents().length === 1);
  });

  test('sends nothing more for it', async () => {
    const socket = await new Socket(app, wang).live();
    const said = socket.say({ destId: li.id, content: 'too late' });
    await wang.call('/chat/doLogout');
    expect([1, 601, undefined]).toContain((await said).code);
    await until('the end', () => socket.closed !== undefined);
  });
});

describe('being online', () => {
  const isOnline = async (who: Person, seenBy: Person) =>
    (await seenBy.call('/chat/getUserById', { destId: who.id })).data.isOnline;

  test('is shown and told to friends who are online, once, and so is leaving', async () => {
    const stranger = await person(app, 'stranger');
    const far = await new Socket(app, stranger).live();
    const watcher = await new Socket(app, wang).live();
    const tablet = await onDevice(app, li, 3);
    const first = await new Socket(app, li).live();
    const second = await new Socket(app, tablet).live();
    await until('li to come', () => watcher.contents(5).length === 1);
    expect(await isOnline(li, wang)).toBe('1');
    await first.close();
    await second.close();
    await until('li to go', () => watcher.contents(6).length === 1);
    expect(await isOnline(li, wang)).toBe('0');
    expect(watcher.messages.filter(({ messageType }) => messageType < 7).map(({ fromId }) => fromId)).toEqual(
      [li.id, li.id],
    );
    expect(far.messages).toEqual([]);
  });

  test('is not left behind by a restart', async () => {
    await new Socket(app, li).live();
    await until('li to be online', async () => (await isOnline(li, wang)) === '1');
    await app.restart();
    expect(await isOnline(li, wang)).toBe('0');
  });
});

test('a restart in the middle loses nothing and sends nothing twice to a client that resumes', async () => {
  const seen: string[] = [];
  let last = 0;
  let stopped = false;
  const resume = async () => {
    while (!stopped) {
      const socket = new Socket(app, li, { after: last });
      while (!socket.closed && !stopped) {
        await new Promise((soon) => setTimeout(soon, 2));
        for (const { seq, message } of socket.frames.splice(0)) {
          if (seq === undefined || !message) continue;
          expect(seq).toBeGreaterThan(last);
          last = seq;
          if (message.messageType === 2) seen.push(message.content);
        }
      }
      if (stopped) await socket.close();
    }
  };
  const reading = resume();
  for (let i = 0; i < 30; i++) await write(`${i}`);
  await app.restart();
  for (let i = 30; i < 60; i++) await write(`${i}`);
  await until('everything', () => seen.length >= 60);
  stopped = true;
  await reading;
  expect(seen).toEqual(Array.from({ length: 60 }, (_, i) => `${i}`));
});
