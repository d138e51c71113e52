import { describe, expect, vi } from 'vitest';
import { CALLS, memoryStore, webStore } from '../../sdk/src/index.ts';
import { endpoints } from '../../src/endpoints.ts';
import { PASSWORD, person } from '../support/app.ts';
import { appTest } from '../support/app-test.ts';
import { clientAs, clientOf, envelope } from './clients.ts';

const test = appTest();

describe('a call', () => {
  test('answers what the server has done, with ids as text', async ({ app, li, wang }) => {
    const client = await clientAs(app, li);
    const found = await client.api.getUserById({ destId: String(wang.id) });
    expect(found).toMatchObject({ ok: true, code: '1', data: { id: String(wang.id), name: '王梅' } });
  });

  test('answers a refusal with its reason and the field at fault, and throws nothing', async ({
    app,
    li,
  }) => {
    const client = await clientAs(app, li);
    expect(await client.api.sendRedPacket({ ...packet, destId: 'nobody' })).toMatchObject({
      ok: false,
      isLost: false,
      reason: 'INVALID_PARAMETER',
      field: 'destId',
      code: '-1',
    });
    expect(await client.api.openRedPacket({ redPacketId: '5' })).toMatchObject({ reason: 'NOT_FOUND' });
  });

  test('tells a refusal from a success that has the same code', async ({ app, li }) => {
    const client = await clientAs(app, li);
    const hand = (answer: Response) =>
      clientOf(app, { fetch: async () => answer }).api.updateAuth({
        name: '李雷',
        validateNum: '1234',
        idNo: '11010519491231002X',
        mobile: li.mobile,
      });
    expect((await client.api.ready()).ok).toBe(true);
    expect(await hand(envelope(1, { info: '认证成功', reason: 'CONFIRMED' }))).toMatchObject({
      ok: false,
      reason: 'CONFIRMED',
    });
  });

  test('takes a list of ids as an array', async ({ app, li, wang, zhao }) => {
    const client = await clientAs(app, li);
    for (const friend of [wang, zhao]) {
      await li.call('/chat/requestFriend', { destId: friend.id, destType: 1 });
      await friend.call('/chat/acceptRequest', { destId: li.id, destType: 1 });
    }
    const made = await client.api.createGroup({ name: '茶话会', ids: [String(wang.id), String(zhao.id)] });
    if (!made.ok) throw new Error(made.info);
    const members = await client.api.getGroupMember({ groupId: made.data.id });
    expect(members.ok && members.data.info).toHaveLength(3);
  });

  test('that brings no answer of the server is lost, and says how', async ({ app }) => {
    const broken = clientOf(app, { retries: 0, fetch: () => Promise.reject(new TypeError('no route')) });
    expect(await broken.api.getVersion({})).toMatchObject({ isLost: true, reason: 'NO_CONNECTION' });
    const page = clientOf(app, { retries: 0, fetch: async () => new Response('<p>', { status: 502 }) });
    expect(await page.api.getVersion({})).toMatchObject({ reason: 'NOT_AN_ANSWER', status: 502 });
    const silent = clientOf(app, { retries: 0, timeoutMs: 1, fetch: neverAnswers });
    expect(await silent.api.getVersion({})).toMatchObject({ reason: 'TIMED_OUT' });
    const controller = new AbortController();
    const asked = clientOf(app, { fetch: neverAnswers }).api.getVersion({}, { signal: controller.signal });
    controller.abort();
    expect(await asked).toMatchObject({ reason: 'ABORTED' });
  });

  test('is there for every call that apps make', () => {
    const left = endpoints.map(({ path }) => path).filter((path) => !paths.has(path));
    expect(left.sort()).toEqual([
      ...['/chat/uploadImageJsonp', '/im', '/wallet/alipayNotify', '/wallet/wxpayNotify'],
    ]);
  });
});

describe('a session', () => {
  test('begins with a login, is kept in the store, and ends with a logout', async ({ app, li }) => {
    const store = memoryStore();
    const ended: string[] = [];
    const client = clientOf(app, { store, onSessionEnded: () => ended.push('ended') });
    expect(await client.logIn({ mobie: li.mobile, pwd: 'wrong1' })).toMatchObject({
      reason: 'WRONG_PASSWORD',
    });
    expect(await client.token()).toBeUndefined();
    expect((await client.logIn({ mobie: li.mobile, pwd: PASSWORD })).ok).toBe(true);
    expect(await client.userId()).toBe(String(li.id));
    const reloaded = clientOf(app, { store });
    expect((await reloaded.api.ready()).ok).toBe(true);
    expect((await client.signOut()).ok).toBe(true);
    expect(await client.token()).toBeUndefined();
    expect(ended).toEqual(['ended']);
    expect(await clientOf(app, { store }).token()).toBeUndefined();
  });

  test('that the server has ended is forgotten, and a newer one stays', async ({ app, li }) => {
    const ended: string[] = [];
    const client = await clientAs(app, li, { onSessionEnded: () => ended.push('ended') });
    await li.call('/chat/doLogout');
    expect(await client.api.ready()).toMatchObject({ reason: 'SESSION_ENDED' });
    expect([await client.token(), ended]).toEqual([undefined, ['ended']]);
    await client.signIn('newer');
    await client.forget(li.token);
    expect(await client.token()).toBe('newer');
  });

  test('may be kept where a browser or React Native keeps things', async ({ app, li }) => {
    const kept = new Map<string, string>();
    const storage = {
      getItem: async (name: string) => kept.get(name) ?? null,
      setItem: async (name: string, text: string) => kept.set(name, text),
      removeItem: async (name: string) => kept.delete(name),
    };
    await clientAs(app, li, { store: webStore(storage) });
    expect([...kept]).toEqual([['teahouse.token', li.token]]);
    expect((await clientOf(app, { store: webStore(storage) }).api.ready()).ok).toBe(true);
  });
});

describe('an upload', () => {
  test('sends files, and tells how far it is', async ({ app, li }) => {
    const client = await clientAs(app, li);
    const bytes = new Uint8Array(200_000).fill(65);
    const told: [number, number][] = [];
    const sent = await client.api.pcuploadImage(new File([bytes], 'tea.txt'), {
      onProgress: (...progress) => told.push(progress),
    });
    expect(sent).toMatchObject({ ok: true, data: { fileSize: '200000', fileName: 'tea.txt' } });
    expect(told.at(-1)).toEqual([200_000, 200_000]);
    expect(told.map(([done]) => done)).toEqual(told.map(([done]) => done).sort((a, b) => a - b));
  });

  test('goes by XMLHttpRequest where there is one, which alone tells how far it is there', async ({
    app,
    li,
  }) => {
    const sent: { form: FormData; headers: Record<string, string> }[] = [];
    class Xhr {
      readonly status = 200;
      readonly responseText = '{"code":"1","data":{"info":["/a"],"fileSize":"/a"}}';
      readonly upload: { onprogress?: (event: { loaded: number; total: number }) => void } = {};
      readonly headers: Record<string, string> = {};
      onload?: () => void;
      open() {}
      setRequestHeader(name: string, value: string) {
        this.headers[name] = value;
      }
      getResponseHeader() {
        return null;
      }
      send(form: FormData) {
        sent.push({ form, headers: this.headers });
        this.upload.onprogress?.({ loaded: 2, total: 3 });
        this.onload?.();
      }
    }
    vi.stubGlobal('XMLHttpRequest', Xhr);
    const told: number[][] = [];
    const client = await clientAs(app, li);
    const result = await client.api.uploadImage(new File(['tea'], 'a'), {
      onProgress: (...progress) => told.push(progress),
    });
    vi.unstubAllGlobals();
    expect(result).toMatchObject({ ok: true, data: { info: ['/a'] } });
    expect(told).toEqual([[2, 3]]);
    expect(sent[0]?.headers).toEqual({ authorization: `Bearer ${li.token}` });
    expect(sent[0]?.form.has('fileUpload')).toBe(true);
  });

  test('is refused as any call is', async ({ app }) => {
    const nobody = await clientOf(app).api.uploadImage([new File(['tea'], 'a'), new File(['tea'], 'b')]);
    expect(nobody).toMatchObject({ ok: false, reason: 'SESSION_ENDED' });
  });
});

test('whoever makes two clients has two sessions', async ({ app, li }) => {
  const wu = await person(app, '吴七');
  const [one, other] = [await clientAs(app, li), await clientAs(app, wu)];
  expect([await one.userId(), await other.userId()]).toEqual([String(li.id), String(wu.id)]);
});

const packet = { redPacketCount: 1, redPacketAmount: '1.00', destType: 1, redPacketType: 1 };
const paths: ReadonlySet<string> = new Set(Object.values(CALLS).map(({ path }) => path));
const neverAnswers = (_: string, { signal }: RequestInit) =>
  new Promise<Response>((_answer, reject) => {
    signal?.addEventListener('abort', () => reject(new Error('aborted')));
  });
