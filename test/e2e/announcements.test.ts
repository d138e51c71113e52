import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ADMIN_URL, ownerOf, toAdminHost } from './support/admin-host.ts';
import { call, type OtherServer } from './support/client.ts';
import { startProduction } from './support/production.ts';
import { Listener, until } from './support/socket.ts';
import { isAddress, type Target } from './support/target.ts';

const target = process.env['TARGET'] ?? 'bun';
let mobiles = 13900007000;

describe.skipIf(isAddress(target))('announcements', () => {
  let server: Target & OtherServer;
  let cookie: string;
  beforeAll(async () => {
    server = await startProduction(target, { ADMIN_URL });
    cookie = await ownerOf(server);
  }, 180_000);
  afterAll(() => server?.stop());

  const newcomer = async (name: string) => {
    mobiles += 1;
    const mobile = String(mobiles);
    const code = await server.codeFor(mobile);
    const wish = { name, mobile, pwd: 'tea-house-81', validateNum: code };
    expect((await call('/chat/register', wish, { url: server.url })).code).toBe('1');
    const login = { mobile, pwd: 'tea-house-81', device: 1, UUID: mobile };
    const { data } = await call('/chat/doLogin', login, { url: server.url });
    const token = String(data.token);
    const ask = (path: string, params = {}) => call(path, params, { url: server.url, token });
    const texts = async (): Promise<string[]> =>
      (await ask('/im/sync', { after: 0 })).data.list
        .filter(({ fromId }: { fromId: string }) => fromId === '21501')
        .map(({ content }: { content: string }) => content);
    return { token, ask, texts };
  };
  const operate = async (name: string, given: object) => {
    const { status, body } = await toAdminHost(server, name, given, { cookie, origin: ADMIN_URL });
    expect([status, body.message]).toEqual([200, undefined]);
    return body;
  };
  const send = (text: string, given: object = { to: 'all' }) =>
    operate('announcements/send', { text, reason: 'news', ...given });

  test('reach open sockets as they come, others at their next look, and nobody who registers later', async () => {
    const [li, wang] = [await newcomer('李雷'), await newcomer('王二')];
    const mine = await new Listener(li, server.url).connect();
    await send('一');
    await send('别处', { to: 'pc' });
    await until('the first', () => mine.contents().includes('一'));
    mine.drop();
    await send('二', { to: 'android' });
    await mine.connect();
    const { on } = await send('三');
    await until('the third', () => mine.contents().includes('三'));
    expect(mine.contents()).toEqual(['一', '二', '三']);
    expect(mine.seqs).toEqual([...new Set(mine.seqs)].sort((a, b) => a - b));
    mine.ack();
    expect(await wang.texts()).toEqual(['一', '二', '三']);
    expect(await (await newcomer('赵三')).texts()).toEqual([]);
    await until('the count', async () => {
      const { rows } = await operate('announcements/list', {});
      return rows[0].announcement === on && rows[0].got === 1;
    });
    await operate('announcements/stop', { announcement: on, reason: 'over' });
    expect(await wang.texts()).toEqual(['一', '二']);
    const { data } = await wang.ask('/im/history', { destType: 1, destId: 21501 });
    expect(data.list.map(({ content }: { content: string }) => content)).toEqual(['二', '一']);
    mine.drop();
  }, 120_000);

  test('to a list and notices reach those whom they are for', async () => {
    const [li, wang] = [await newcomer('林一'), await newcomer('吴七')];
    const [mine, theirs] = [
      await new Listener(li, server.url).connect(),
      await new Listener(wang, server.url).connect(),
    ];
    const id = Number((await li.ask('/chat/ready')).data.myInfo.id);
    expect(id).toBeGreaterThan(0);
    await send('名单', { to: 'list', users: String(id) });
    await operate('notices/send', { user: id, text: '给你', reason: 'answer' });
    await send('众');
    await until('all', () => mine.contents().includes('众') && theirs.contents().includes('众'));
    expect([mine.contents(), theirs.contents()]).toEqual([['名单', '给你', '众'], ['众']]);
    expect(mine.messages.at(-1)).toMatchObject({ fromId: 21501, fromName: '官方通知', destId: id });
    for (const each of [mine, theirs]) each.drop();
  }, 120_000);
});
