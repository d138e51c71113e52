import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CLIENT_OPS, type ClientFrame } from '../../../src/realtime/frames.ts';
import { emptyServer } from '../../support/adapters.ts';
import { type Person, person, type TestApp } from '../../support/app.ts';
import { buildWorker } from '../../support/built.ts';
import { befriend } from '../../support/friends.ts';
import { onDevice } from '../../support/realtime.ts';
import { Socket, until } from '../../support/sockets.ts';
import { type Sqld, startSqld } from '../../support/sqld.ts';
import { type WorkerBeside, workerBeside } from '../../support/worker-beside.ts';
import { startWorkerd, type Workerd } from '../../support/workerd.ts';

const sqld: Sqld | undefined = await startSqld();
afterAll(() => sqld?.stop());

describe.skipIf(!sqld)('the object of a user', () => {
  let both: WorkerBeside<Workerd>;
  let app: TestApp;
  let worker: Workerd;
  let li: Person;
  let wang: Person;
  beforeAll(async () => {
    if (!sqld) throw new Error('Skipped without sqld.');
    // A timer that outlived its request would keep an object awake for so long.
    const own = { DATABASE_TIMEOUT_MS: '60000' };
    both = await workerBeside(sqld, (settings) => startWorkerd(buildWorker(), { ...settings, ...own }));
    ({ app, worker } = both);
    li = await person(app, 'li');
    wang = await person(app, 'wang');
    await befriend(li, wang);
  }, 120_000);
  afterAll(() => both?.stop());

  const open = (who: Person) => new Socket({ server: worker }, who);
  let count = 0;
  /** Wang writes to Li through the Worker. */
  async function write(content: string, to = li) {
    count += 1;
    const body = new URLSearchParams({
      msgId: `w${count}`,
      fromType: '1',
      destId: String(to.id),
      messageType: '2',
      content,
    });
    const headers = { authorization: `Bearer ${wang.token}` };
    const response = await fetch(`${worker.url}/im/send`, { method: 'POST', body, headers });
    expect(await response.json()).toMatchObject({ code: '1' });
  }

  test('keeps its sockets and knows what they have been sent while it sleeps', async () => {
    const socket = await open(li).live();
    await write('before');
    await until('the first', () => socket.contents().length === 1);
    await worker.hibernate('Inbox', String(li.id));
    await write('after');
    await until('the second', () => socket.contents().length === 2);
    expect(socket.contents()).toEqual(['before', 'after']);
    expect(socket.seqs).toEqual([...new Set(socket.seqs)].sort((a, b) => a - b));
    socket.ack();
    await until('the events to go', async () => (await li.events()).length === 0);
    expect((await socket.say({ destId: wang.id, content: 'awake' })).code).toBe(1);
    await socket.close();
  });

  test('closes the socket of a session that connects again', async () => {
    const first = await open(li).live();
    const second = await open(li).live();
    await until('the end', () => first.frames.some(({ op, code }) => op === 'bye' && code === 4409));
    await write('to the second');
    await until('it', () => second.contents().includes('to the second'));
    await second.close();
  });

  test('sends no more than a window to who acknowledges nothing, and goes on when he does', async () => {
    const reader = await onDevice(app, li, 3);
    await app.executor.write(
      Array.from({ length: 700 }, (_, i) => ({
        sql: `INSERT INTO inbox (user_id, type, msg_id, from_id, from_type, dest_id, content, created_at) VALUES (?, 2, 'x', 1, 1, ?, ?, 0)`,
        params: [li.id, li.id, `n${i}`],
        kind: 'change' as const,
      })),
    );
    const socket = open(reader);
    const numbered = () => socket.contents().filter((text) => text.startsWith('n'));
    await until('the window', () => socket.messages.length === 500);
    await new Promise((soon) => setTimeout(soon, 300));
    expect(socket.messages).toHaveLength(500);
    socket.ack();
    await until('the rest', () => numbered().length === 700);
    expect(numbered()).toEqual(Array.from({ length: 700 }, (_, i) => `n${i}`));
    await socket.close();
  });
});

describe.skipIf(!sqld)('the object of a user whose sockets say too much', () => {
  const LIMIT = 300;
  let both: WorkerBeside<Workerd>;
  let app: TestApp;
  let worker: Workerd;
  beforeAll(async () => {
    if (!sqld) throw new Error('Skipped without sqld.');
    await emptyServer(sqld);
    const own = { RATE_LIMITS: 'on', RATE_PER_SOCKET: `${LIMIT}`, RATE_PER_USER: '1000000' };
    both = await workerBeside(sqld, (settings) => startWorkerd(buildWorker(), { ...settings, ...own }));
    ({ app, worker } = both);
  }, 120_000);
  afterAll(() => both?.stop());

  /** The ping that a sleeping object answers does not wake it, and costs nothing. */
  const SAID: Record<ClientFrame['op'], string> = {
    ping: '{"op": "ping"}',
    ack: '{"op":"ack","seq":0}',
    send: '{"op":"send","message":{"msgId":"x"}}',
  };
  test.each(CLIENT_OPS)('closes them, whatever it is: %s', async (op) => {
    const socket = await new Socket({ server: worker }, await person(app, op)).live();
    for (let i = 0; i < LIMIT; i++) socket.send(SAID[op]);
    await new Promise((soon) => setTimeout(soon, 300));
    expect(socket.closed).toBeUndefined();
    socket.send(SAID[op]);
    await until('the end', () => socket.frames.at(-1)?.op === 'bye');
    expect(socket.frames.at(-1)).toMatchObject({ code: 4429, reason: 'too many frames' });
    socket.ws.close();
  });

  test('takes each acknowledgement that says something new', async () => {
    const li = await person(app, 'li');
    await app.executor.write(
      Array.from({ length: LIMIT + 100 }, (_, i) => ({
        sql: `INSERT INTO inbox (user_id, type, msg_id, from_id, from_type, dest_id, content, created_at) VALUES (?, 2, 'x', 1, 1, ?, ?, 0)`,
        params: [li.id, li.id, `n${i}`],
        kind: 'change' as const,
      })),
    );
    const socket = await new Socket({ server: worker }, li).live();
    await until('all', () => socket.messages.length === LIMIT + 100);
    for (const seq of socket.seqs) socket.ack(seq);
    expect((await socket.say({ destId: 1 })).op).toBe('sent');
    await until('the events to go', async () => (await li.events()).length === 0);
    await socket.close();
  });
});
