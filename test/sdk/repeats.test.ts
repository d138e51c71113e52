import { describe, expect } from 'vitest';
import { READS } from '../../scripts/client/repeatable.ts';
import { type Api, CALLS, type ClientOptions } from '../../sdk/src/index.ts';
import { openApiText } from '../../src/commands/openapi.ts';
import { endpoints } from '../../src/endpoints.ts';
import type { TestApp } from '../support/app.ts';
import { sharedAppTest } from '../support/app-test.ts';
import { clientAs, clientOf, envelope } from './clients.ts';

const test = sharedAppTest();
const packet = {
  redPacketCount: 1,
  redPacketAmount: '1.00',
  destType: 1,
  destId: '100001',
  redPacketType: 1,
};

/** Answers one response after another, and notes the requests. */
function scripted(...answers: (() => Response)[]) {
  const requests: RequestInit[] = [];
  const fetch: ClientOptions['fetch'] = async (_, init) => {
    requests.push(init);
    const answer = answers[Math.min(requests.length, answers.length) - 1];
    if (!answer) throw new TypeError('The line broke.');
    return answer();
  };
  return { fetch, requests };
}
const breaks = () => {
  throw new TypeError('The line broke.');
};
const fine = () => envelope(1, { info: '1' });
const keyOf = ({ headers }: RequestInit) =>
  (headers as Readonly<Record<string, string>> | undefined)?.['idempotency-key'];

describe('a call that is repeated', () => {
  test('has one Idempotency-Key for all attempts, where the server takes one', async ({ app }) => {
    const { fetch, requests } = scripted(breaks, fine);
    expect((await clientOf(app, { fetch }).api.sendRedPacket(packet)).ok).toBe(true);
    expect(requests).toHaveLength(2);
    const keys = new Set(requests.map(keyOf));
    expect(keys.size).toBe(1);
    expect([...keys][0]).toMatch(/^[\x21-\x7e]{16,128}$/);
  });

  test('has the key that the app gives it', async ({ app }) => {
    const { fetch, requests } = scripted(fine);
    await clientOf(app, { fetch }).api.sendRedPacket(packet, { idempotencyKey: 'birthday' });
    expect(requests.map(keyOf)).toEqual(['birthday']);
  });

  test('happens once, though its first answer was lost', async ({ app, li }) => {
    let calls = 0;
    const client = await clientAs(app, li, {
      async fetch(url, init) {
        const response = await app.fetch(new Request(url, init));
        calls += 1;
        if (calls === 1) throw new TypeError('The line broke.');
        return response;
      },
    });
    expect((await client.api.recharge({ amount: '5.00' })).ok).toBe(true);
    expect(calls).toBe(2);
    expect(await client.api.getBalance()).toMatchObject({ data: '5.00' });
  });

  test('is none that could happen twice', async ({ app }) => {
    const { fetch, requests } = scripted(breaks);
    const result = await clientOf(app, { fetch }).api.addFeedPraise({ feedId: '5' });
    expect(result).toMatchObject({ ok: false, isLost: true });
    expect(requests).toHaveLength(1);
  });

  test('is any that the server says it has not begun, and none that it has refused', async ({ app }) => {
    const paused = scripted(() => envelope(-1, { info: '…', reason: 'BUSY' }, { status: 503 }), fine);
    expect((await clientOf(app, paused).api.addFeedPraise({ feedId: '5' })).ok).toBe(true);
    expect(paused.requests).toHaveLength(2);
    const refused = scripted(() => envelope(-1, { info: '…', reason: 'NOT_SENT' }));
    await clientOf(app, refused).api.sendRedPacket(packet);
    expect(refused.requests).toHaveLength(1);
  });

  test('waits as long as the server asks, or not at all where that is long', async ({ app }) => {
    const flood = (seconds: string) => () =>
      envelope(429, { info: '…', reason: 'TOO_MANY_CALLS' }, { headers: { 'retry-after': seconds } });
    const soon = scripted(flood('0'), fine);
    expect((await clientOf(app, soon).api.ready()).ok).toBe(true);
    const late = scripted(flood('60'), fine);
    expect(await clientOf(app, late).api.ready()).toMatchObject({ ok: false, retryAfter: 60 });
    expect(late.requests).toHaveLength(1);
  });

  test('is not repeated where the app wants none of it', async ({ app }) => {
    const { fetch, requests } = scripted(breaks, fine);
    await clientOf(app, { fetch, retries: 0 }).api.ready();
    await clientOf(app, { fetch }).api.ready({}, { retries: 0 });
    expect(requests).toHaveLength(2);
  });
});

const table: Readonly<Record<string, { path: string; repeat?: string }>> = CALLS;

test('every call that takes a key is repeated under one', () => {
  const keyed = endpoints.filter(({ idempotent }) => idempotent).map(({ path }) => path);
  const repeated = Object.values(table).filter(({ repeat }) => repeat === 'keyed');
  expect(repeated.map(({ path }) => path).sort()).toEqual(keyed.sort());
});

/** A sample of each call, from the document. */
const samples = (() => {
  const { paths } = JSON.parse(openApiText()) as {
    paths: Record<string, { post?: { requestBody?: { content: Record<string, { example?: object }> } } }>;
  };
  return (path: string) => paths[path]?.post?.requestBody?.content['application/json']?.example ?? {};
})();

/** Lists what is written to an application's database. */
function listWrites({ executor }: TestApp) {
  const written: string[] = [];
  const { write } = executor;
  executor.write = (statements) => {
    written.push(...statements.map(({ sql }) => sql));
    return write.call(executor, statements);
  };
  return written;
}

test('every call that is repeated because it only reads writes nothing', async ({ app, li, wang }) => {
  await li.call('/chat/requestFriend', { destId: wang.id, destType: 1 });
  await wang.call('/chat/acceptRequest', { destId: li.id, destType: 1 });
  const { data: group } = await li.call('/chat/createGroup', { name: '茶', ids: wang.id });
  const { data: feed } = await li.call('/feed/addFeed', { feedText: '茶', type: 1 });
  const client = await clientAs(app, li);
  const own: Readonly<Record<string, string>> = {
    destId: String(wang.id),
    groupId: String(group.id),
    feedId: String(feed?.info ?? feed?.id ?? 1),
    userId: String(li.id),
  };
  await client.api.ready();
  const written = listWrites(app);
  const answered: string[] = [];
  for (const name of READS) {
    const sample = Object.entries(samples(table[name]?.path ?? ''));
    const params = Object.fromEntries(sample.map(([key, value]) => [key, own[key] ?? value]));
    const call = client.api[name as keyof Api] as (params: object) => Promise<{ ok: boolean }>;
    if ((await call(params)).ok) answered.push(name);
    expect([name, written]).toEqual([name, []]);
  }
  expect(answered.length).toBeGreaterThan(READS.size * 0.8);
  expect(await client.api.updateProfile({ name: '李' })).toMatchObject({ ok: true });
  expect(written).not.toEqual([]);
});
