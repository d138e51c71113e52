import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createClient } from '../../sdk/src/index.ts';
import { startTarget, type Target } from '../e2e/support/target.ts';
import { Line } from '../support/line.ts';
import { type PackedFolder, packedExamples } from './packed.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const TSC = join(root, 'node_modules/typescript/bin/tsc');

// Each example is a process of its own, for which a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

let server: Target;
let folder: PackedFolder;
const running: ChildProcess[] = [];
beforeAll(async () => {
  [server, folder] = await Promise.all([
    startTarget('bun', { IM_SOCKETIO: 'off', DATABASE_TIMEOUT_MS: '3000' }),
    packedExamples(),
  ]);
}, 60_000);
afterAll(async () => {
  for (const each of running) each.kill('SIGKILL');
  folder?.remove();
  await server?.stop();
});

const environment = (more: Readonly<Record<string, string>> = {}) => ({
  PATH: process.env['PATH'] ?? '',
  HOME: process.env['HOME'] ?? '',
  TEAHOUSE_URL: server.url,
  ...more,
});

/** What an example prints until it ends. */
async function printed(name: string): Promise<string[]> {
  const { stdout } = await run(process.execPath, [name], { cwd: folder.path, env: environment() });
  return stdout.trim().split('\n');
}

/** An example that goes on: its lines, and a way to write to it. */
function started(program: string, args: readonly string[], env: Readonly<Record<string, string>>) {
  const child = spawn(program, args, { cwd: folder.path, env: environment(env) });
  running.push(child);
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  child.stderr.on('data', (text) => lines.push(`! ${text}`));
  return { lines, write: (text: string) => child.stdin.write(`${text}\n`) };
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let i = 0; i < 1500 && !holds(); i++) await new Promise((soon) => setTimeout(soon, 20));
  expect(holds(), what).toBe(true);
}

describe('the package', () => {
  test('holds what it needs, and nothing else', () => {
    const others = folder.files.filter((path) => !/^dist\/[\w/.-]+\.(js|d\.ts)$/.test(path));
    const names = others.map((path) => path.replace(/\.md$/, ''));
    expect(names.sort()).toEqual(['CALLS', 'EVENTS', 'LICENSE', 'README', 'package.json']);
  });

  test('has types for everything', () => {
    const types = folder.files.filter((path) => path.endsWith('.d.ts'));
    expect(types.length).toBeGreaterThan(20);
    const loose = types.filter((path) =>
      /(:|<|\|) ?any\b/.test(readFileSync(join(folder.path, 'node_modules/@teahouse/client', path), 'utf8')),
    );
    expect(loose).toEqual([]);
  });

  test('has the types that its examples use', async () => {
    const checked = run('node', [TSC, '-p', folder.path], { cwd: folder.path });
    expect(
      await checked.then(
        () => '',
        ({ stdout }) => stdout,
      ),
    ).toBe('');
  });
});

const PRINTS: Readonly<Record<string, readonly string[]>> = {
  'login.ts': ['Logged in as 林一.', 'Please log in.', 'The session is gone.'],
  'refusals.ts': [
    'That password is wrong.',
    'Please look at pwd.',
    'No network (NO_CONNECTION).',
    'Welcome.',
  ],
  'picture.ts': ['100 %', 'It is the new picture.'],
  'friends.ts': ['王梅 asks.', '李雷 is a friend.'],
  'group.ts': ['王二 mentions me: @林一 好', '王二: {"atIds":', '林一: 喝茶？'],
  'chats.ts': ['王梅 (2 unread): 龙井还是普洱？', '王梅 (0 unread): 龙井还是普洱？', 'Found: 龙井还是普洱？'],
  'outbox.ts': ['It waits in the outbox.', '“我在隧道里” is sent.', '李雷: 我在隧道里'],
  'presence.ts': ['王梅 is away.', '王梅 is here.', 'true'],
  'pay-once.ts': ['There are 15.00 left.'],
};

describe('the example', () => {
  test.concurrent.each(Object.entries(PRINTS))('%s does what it says', async (name, lines) => {
    const found = await printed(name);
    for (const line of lines) expect(found).toContainEqual(expect.stringContaining(line));
  });

  test('is there eleven times, and each is run here', () => {
    const names = readdirSync(join(root, 'examples')).filter((name) => /\.(ts|mjs)$/.test(name));
    const run = [...Object.keys(PRINTS), 'bot.mjs', 'red-packet-chat.ts', 'people.ts'];
    expect(names.sort()).toEqual(run.sort());
    expect(run).toHaveLength(12);
  });
});

/** Somebody new, whose client needs no line of the examples. */
async function somebody(name: string) {
  const client = createClient({ url: server.url });
  const mobile = `138${String(Math.random()).slice(2, 10).padEnd(8, '0')}`;
  const code = await client.api.getValidateNum({ mobile });
  const validateNum = code.ok ? code.data.info : '';
  const made = await client.api.register({ mobile, pwd: 'secret1', validateNum, name });
  await client.logIn({ mobie: mobile, pwd: 'secret1', device: 1 });
  return { client, mobile, id: made.ok ? made.data.id : '' };
}

const write = (from: Awaited<ReturnType<typeof somebody>>, to: string, content: string) =>
  from.client.api.imSend({
    msgId: crypto.randomUUID(),
    fromType: 1,
    destId: to,
    messageType: 2,
    content,
  });

test('the bot answers on Node, without sockets', async () => {
  const [bot, wang] = [await somebody('茶机'), await somebody('王梅')];
  const { lines } = started('node', ['bot.mjs'], { TEAHOUSE_TOKEN: (await bot.client.token()) ?? '' });
  await until('it listens', () => lines.includes('I listen.'));
  await wang.client.api.requestFriend({ destId: bot.id, destType: 1 });
  const said = async () => {
    const { client } = wang;
    await write(wang, bot.id, '喝茶？');
    const history = await client.api.imHistory({ destType: 1, destId: bot.id });
    return history.ok && history.data.list.some(({ content }) => content === '王梅, you said: 喝茶？');
  };
  let isAnswered = false;
  for (let i = 0; i < 200 && !isAnswered; i++) {
    isAnswered = await said();
    await new Promise((soon) => setTimeout(soon, 50));
  }
  expect(isAnswered, lines.join('\n')).toBe(true);
});

test('the chat with red packets outlives ten broken lines and a login elsewhere, in sixty lines', async () => {
  expect(
    readFileSync(join(root, 'examples/red-packet-chat.ts'), 'utf8').trim().split('\n').length,
  ).toBeLessThan(61);
  const [li, wang] = [await somebody('李雷'), await somebody('王梅')];
  await wang.client.api.requestFriend({ destId: li.id, destType: 1 });
  await li.client.api.acceptRequest({ destId: wang.id, destType: 1 });
  for (const { client } of [li, wang])
    expect(await client.api.recharge({ amount: '50.00' })).toMatchObject({ ok: true });
  const line = await new Line(server.url).open();
  const chat = started(process.execPath, ['red-packet-chat.ts', wang.mobile, 'secret1', li.id], {
    TEAHOUSE_URL: line.url,
  });
  const told = (beginning: string) => chat.lines.filter((each) => each.startsWith(beginning));
  const isLive = (times: number) => told('* live').length >= times;
  await until('it is live', () => isLive(1));
  for (let i = 0; i < 10; i++) {
    const [packet] = await Promise.all([
      i % 5 === 0 ? li.client.api.sendRedPacket({ ...PACKET, destId: wang.id }) : undefined,
      write(li, wang.id, `${i}`),
    ]);
    if (packet) expect(packet).toMatchObject({ ok: true });
    line.cut();
    chat.write(`answer ${i}`);
    await until(`it is live again after ${i + 1}`, () => isLive(i + 2));
  }
  // Another PC logs in: the chat is put out, and comes back.
  const elsewhere = createClient({ url: server.url });
  expect((await elsewhere.logIn({ mobie: wang.mobile, pwd: 'secret1', device: 3 })).ok).toBe(true);
  await until('it has logged in again', () => told('* ended').length === 1 && isLive(12));
  await write(li, wang.id, 'still there?');
  chat.write('/packet 1.00');
  await until('the last message', () => chat.lines.includes('< still there?'));
  await until('its packet', () => chat.lines.includes('* your red packet is sent'));
  expect(told('< ')).toEqual([...Array.from({ length: 10 }, (_, i) => `< ${i}`), '< still there?']);
  expect(told('* a red packet').length).toBe(2);
  const history = await li.client.api.imHistory({ destType: 1, destId: wang.id, limit: 100 });
  const answers = history.ok ? history.data.list.filter(({ fromId }) => fromId === wang.id) : [];
  const texts = answers.filter(({ messageType }) => messageType === '2').map(({ content }) => content);
  expect(texts.reverse()).toEqual(Array.from({ length: 10 }, (_, i) => `answer ${i}`));
  line.close();
});

const PACKET = { redPacketAmount: '2.00', redPacketCount: 1, redPacketType: 1, destType: 1 };
