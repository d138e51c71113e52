import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { IS_SOAK } from '../support/soak.ts';
import { befriend, call, newPerson, type OtherServer, PASSWORD, smsCode } from './support/client.ts';
import { canRestart, type OwnServer, startOwnServer } from './support/own-server.ts';
import { startProduction } from './support/production.ts';
import type { Target } from './support/target.ts';

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

/** Somebody with a friend and some moments asks a server to be deleted, which erases at once. */
async function asked(server: OtherServer) {
  const [me, friend] = [await newPerson('要走的人', server), await newPerson('留下的人', server)];
  await befriend(me, friend);
  for (let i = 0; i < 10; i += 1) await me.call('/feed/addFeed', { feedText: `第${i}条`, pri: 0 });
  expect((await me.call('/user/deleteAccount', wish(await server.codeFor(me.mobile)))).code).toBe('1');
  return {
    name: async () => (await friend.call('/chat/getUserById', { destId: me.id })).data.name,
    friends: async () => (await friend.call('/chat/ready')).data.friendsInfo,
    // Not before erasing has begun: a login would take the deletion back.
    login: () => call('/chat/doLogin', { mobie: me.mobile, pwd: PASSWORD, device: 1 }, { url: server.url }),
  };
}

describe.skipIf(!IS_SOAK || !canRestart(target))('a server that is killed while it erases', () => {
  let server: OwnServer;
  beforeAll(async () => {
    server = await startOwnServer(target, { DELETION_DAYS: '0' });
  }, 180_000);
  afterAll(() => server?.stop());

  test('goes on where it was, and comes to the end', async () => {
    const { url } = server;
    const codeFor = async (mobile: string) =>
      String((await call('/chat/getValidateNum', { mobile }, { url })).data.info);
    const { name, friends, login } = await asked({ url, codeFor });
    // The job comes every ten seconds.
    for (const ms of [10_050, 10_150, 10_300, 10_600]) {
      await new Promise((later) => setTimeout(later, ms));
      await server.restart();
    }
    await expect.poll(name, { timeout: 60_000, interval: 1000 }).toBe('已注销用户');
    await expect.poll(friends, { timeout: 60_000, interval: 1000 }).toEqual([]);
    expect((await login()).code).toBe('2');
  }, 240_000);
});

describe.skipIf(!IS_SOAK || target !== 'workers')('a Worker', () => {
  let server: Target & OtherServer;
  beforeAll(async () => {
    server = await startProduction(target, { DELETION_DAYS: '0' });
  }, 180_000);
  afterAll(() => server?.stop());

  test('erases in the runs of its cron', async () => {
    const { name, friends, login } = await asked(server);
    for (let run = 0; run < 20 && ((await name()) !== '已注销用户' || (await friends()).length > 0); run += 1)
      await server.runJobs?.();
    expect([await name(), await friends()]).toEqual(['已注销用户', []]);
    expect((await login()).code).toBe('2');
  }, 240_000);
});
