import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ADMIN_URL, ownerOf, toAdminHost } from './support/admin-host.ts';
import { call, newPerson, type OtherServer, type Params, type Person } from './support/client.ts';
import { startProduction } from './support/production.ts';
import { isAddress, type Target } from './support/target.ts';

const target = process.env['TARGET'] ?? 'bun';

describe.skipIf(isAddress(target))('the catalogue', () => {
  let server: Target & OtherServer;
  let cookie: string;
  let li: Person;
  beforeAll(async () => {
    server = await startProduction(target, { ADMIN_URL });
    cookie = await ownerOf(server);
    li = await newPerson('李雷', server);
  }, 180_000);
  afterAll(() => server?.stop());

  const operate = async (path: string, given: object) => {
    const { status, body } = await toAdminHost(server, path, given, { cookie, origin: ADMIN_URL });
    expect([path, status, body.message]).toEqual([path, 200, undefined]);
    return body;
  };
  const ask = async (path: string, params: Params = {}) =>
    (await call(path, params, { url: server.url, token: li.token })).data;

  test('is what an operator has made it, for everybody, and the history says so', async () => {
    await operate('levels/set', { level: 1, price: '8.00', capacity: 10_000 });
    expect((await ask('/chat/queryGroupConfig')).info[0]).toMatchObject({ level: '1', fee: '8.00' });

    await operate('gifts/add', { gift: 'panda', name: '熊猫', price: '2.00' });
    const gifts = (await ask('/feed/giftList')).list;
    expect(gifts).toContainEqual({ key: 'panda', name: '熊猫', price: '2.00', picture: '' });

    const { on: type } = await operate('number-types/add', { name: '生日', price: '6.00' });
    await operate('numbers/add', { type, file: '20101212 20111111' });
    await operate('numbers/withhold', { number: '20101212' });
    const { numbers } = await ask('/pay/getVipNumber', { sessid: 'x', type: '生日' });
    expect(numbers).toMatchObject([{ num: '20111111', price: '6.00' }]);

    const history = await operate('catalogue/history', { subject: 'level', item: '1' });
    expect(history.rows).toMatchObject([{ by: 'li', before: expect.stringContaining('"yuan":"10.00"') }]);
  }, 60_000);
});
