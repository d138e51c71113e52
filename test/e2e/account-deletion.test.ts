import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { IS_SOAK } from '../support/soak.ts';
import { befriend, call, newPerson, PASSWORD, type Person, smsCode } from './support/client.ts';
import { canRestart, type OwnServer, startOwnServer } from './support/own-server.ts';

const target = process.env['TARGET'] ?? 'bun';
const wish = (validateNum: string) => ({ validateNum, pwd: PASSWORD, groups: 'dismiss', giveUpBalance: 1 });

test('an account whose owner wants it deleted is shut, tells what is in the way, and comes back by a login', async () => {
  const me = await newPerson();
  await me.call('/wallet/recharge', { amount: '5.00' });
  const kept = await me.call('/user/deleteAccount', { ...wish(await smsCode(me.mobile)), giveUpBalance: 0 });
  expect([kept.code, kept.data.obstacles.map(({ kind }: { kind: string }) => kind)]).toEqual([
    '2',
    ['balance'],
  ]);
  const asked = await me.call('/user/deleteAccount', wish(await smsCode(me.mobile)));
  expect(asked).toMatchObject({ code: '1', data: { obstacles: [] } });
  expect((await me.call('/chat/ready')).code).toBe('601');
  const back = await call('/chat/doLogin', { mobie: me.mobile, pwd: PASSWORD, device: 1 });
  expect(back).toMatchObject({ code: '1', data: { deletionTakenBack: '1' } });
});

describe.skipIf(!IS_SOAK || !canRestart(target))('a server that is killed while it erases', () => {
  let server: OwnServer;
  beforeAll(async () => {
    server = await startOwnServer(target, { DELETION_DAYS: '0' });
  }, 180_000);
  afterAll(() => server?.stop());

  const at = (path: string, params: Record<string, string | number>) =>
    call(path, params, { url: server.url });
  const codeFor = async (mobile: string) => String((await at('/chat/getValidateNum', { mobile })).data.info);
  const someone = (name: string): Promise<Person> => newPerson(name, { url: server.url, codeFor });

  test('goes on where it was, and comes to the end', async () => {
    const [me, friend] = [await someone('要走的人'), await someone('留下的人')];
    await befriend(me, friend);
    for (let i = 0; i < 30; i += 1) await me.call('/feed/addFeed', { feedText: `第${i}条`, pri: 0 });
    expect((await me.call('/user/deleteAccount', wish(await codeFor(me.mobile)))).code).toBe('1');
    for (let i = 0; i < 6; i += 1) {
      await new Promise((later) => setTimeout(later, 2500));
      await server.restart();
    }
    const login = async () =>
      (await at('/chat/doLogin', { mobie: me.mobile, pwd: PASSWORD, device: 1 })).code;
    await expect.poll(login, { timeout: 60_000, interval: 1000 }).toBe('2');
    const seen = async () => (await friend.call('/chat/getUserById', { destId: me.id })).data.name;
    await expect.poll(seen, { timeout: 60_000, interval: 1000 }).toBe('已注销用户');
    const friends = async () => (await friend.call('/chat/ready')).data.friendsInfo;
    await expect.poll(friends, { timeout: 60_000, interval: 1000 }).toEqual([]);
  }, 240_000);
});
