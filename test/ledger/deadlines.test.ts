import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { expireBills } from '../../src/features/aa-bills/expire.ts';
import { returnExpiredTransfers } from '../../src/features/transfers/return-expired.ts';
import { hardestAdapters } from '../support/adapters.ts';
import { type Person, type Reply, type TestApp, testApp } from '../support/app.ts';
import { type Door, door } from '../support/barrier.ts';
import { befriend } from '../support/friends.ts';
import { groupOf } from '../support/groups.ts';
import { expectBalancedBooks, PAY_PASSWORD } from '../support/money.ts';
import {
  balances,
  billsOf,
  confirm,
  key,
  pay,
  payer,
  payShare,
  startBill,
  transfer,
} from '../support/payments.ts';
import { startSqld } from '../support/sqld.ts';

const DAY = 24 * 3600 * 1000;
const sqld = await startSqld();
const adapters = hardestAdapters(sqld).filter(({ shared }) => shared);
afterAll(async () => {
  for (const adapter of adapters) adapter.dispose();
  await sqld?.stop();
});

/** Two processes on one database: people call the first, the second one's clock is ahead and runs the jobs. */
describe.each(adapters.map((each) => [each.name, each] as const))('on %s', (_, adapter) => {
  let app: TestApp;
  let other: TestApp;
  let mine: Door;
  let theirs: Door;
  let li: Person;
  let wang: Person;
  let zhao: Person;
  let chen: Person;
  beforeEach(async () => {
    await adapter.reset();
    mine = door(await adapter.openMigrated());
    theirs = door(adapter.open());
    app = await testApp({ executor: mine.executor });
    other = await testApp({ executor: theirs.executor });
    other.clock.advance(1); // processes that name things in one and the same millisecond may name two alike
    li = await payer(app, '10.00');
    wang = await payer(app, '10.00');
    zhao = await payer(app, '10.00');
    chen = await payer(app, '10.00');
    await befriend(li, wang);
  });
  afterEach(async () => {
    try {
      await expectBalancedBooks(app);
    } finally {
      await app.close();
      await other.close();
    }
  });

  /**
   * Does both, the writes of both ready before either begins; `first` has ended before the other begins.
   * @param before writes of the job before the one that is meant
   */
  async function meet<Job>(
    first: 'call' | 'job' | 'both',
    call: () => Promise<Reply>,
    job: () => Promise<Job>,
    before = 0,
  ): Promise<[Reply, Job]> {
    const ready = Promise.all([mine.shut(), theirs.shut(before)]);
    const calling = call();
    const running = job();
    await ready;
    const doors = first === 'job' ? [theirs, mine] : [mine, theirs];
    doors[0]?.open();
    if (first !== 'both') await (first === 'job' ? running : calling);
    doors[1]?.open();
    return Promise.all([calling, running]);
  }

  test.each(['call', 'job', 'both'] as const)(
    'a transfer is confirmed or returned, whichever comes first: %s',
    async (first) => {
      const { data } = await transfer(li, wang, '4.00');
      app.clock.advance(DAY - 1);
      other.clock.advance(DAY);
      const [reply, returned] = await meet(
        first,
        () => confirm(wang, data.id),
        () => returnExpiredTransfers(other.platform),
      );
      const confirmed = reply.code === '1';
      if (first === 'call') expect(confirmed).toBe(true);
      if (first === 'job') expect(confirmed).toBe(false);
      expect(returned).toBe(confirmed ? 0 : 1);
      expect(await balances(li, wang)).toEqual(confirmed ? ['6.00', '14.00'] : ['10.00', '10.00']);
      expect((await confirm(wang, data.id)).code).toBe('-1');
      expect(await returnExpiredTransfers(other.platform)).toBe(0);
      expect(await billsOf(li)).toHaveLength(confirmed ? 1 : 2);
    },
  );

  test('two jobs at the same moment return a transfer once', async () => {
    await transfer(li, wang, '4.00');
    app.clock.advance(DAY);
    other.clock.advance(DAY);
    const ready = Promise.all([mine.shut(), theirs.shut()]);
    const runs = [returnExpiredTransfers(app.platform), returnExpiredTransfers(other.platform)];
    await ready;
    mine.open();
    theirs.open();
    expect((await Promise.all(runs)).toSorted()).toEqual([0, 1]);
    expect(await balances(li)).toEqual(['10.00']);
    expect(await li.events().then((all) => all.filter(({ type }) => type === 21))).toHaveLength(1);
  });

  test('a transfer is confirmed once by many calls of two processes', async () => {
    const { data } = await transfer(li, wang, '4.00');
    const there = () => other.call('/transfer/confirmTransfer', { transId: data.id }, { token: wang.token });
    const replies = await Promise.all(
      Array.from({ length: 8 }, (_, i) => (i % 2 === 0 ? there() : confirm(wang, data.id))),
    );
    expect(replies.filter(({ code }) => code === '1')).toHaveLength(1);
    expect(await balances(wang)).toEqual(['14.00']);
  });

  const detail = async (who: Person, transId: string) =>
    (await who.call('/transfer/aaTransDetail', { transId })).data;

  test('the last slot of an AA bill is paid once, and the others keep their money', async () => {
    const group = await groupOf(zhao, li, wang, chen);
    const { data } = await startBill(zhao, group, '9', 3);
    expect((await payShare(chen, zhao, '3', { transId: data.transId })).code).toBe('1');
    const params = { destId: zhao.id, amount: '3', payPwd: PAY_PASSWORD, transId: data.transId };
    const [reply, elsewhere] = await meet(
      'both',
      () => payShare(li, zhao, '3', { transId: data.transId }),
      () => other.call('/transfer/aaTransPay', params, { token: wang.token }),
    );
    expect([reply, elsewhere].map((each) => each.data.info).toSorted()).toEqual(
      ['AA收款已经结束', '付款成功！'].toSorted(),
    );
    expect((await balances(li, wang)).toSorted()).toEqual(['10.00', '7.00']);
    expect(await balances(zhao)).toEqual(['16.00']);
    expect(await billsOf(zhao)).toMatchObject([{ moneyType: '10', amount: '6.00' }]);
  });

  test('the last two shares of an AA bill, paid at one moment, complete it once', async () => {
    const group = await groupOf(zhao, li, wang);
    const { data } = await startBill(zhao, group, '9', 3);
    const params = { destId: zhao.id, amount: '3', payPwd: PAY_PASSWORD, transId: data.transId };
    const [reply, elsewhere] = await meet(
      'both',
      () => payShare(li, zhao, '3', { transId: data.transId }),
      () => other.call('/transfer/aaTransPay', params, { token: wang.token }),
    );
    expect([reply.code, elsewhere.code]).toEqual(['1', '1']);
    expect(await balances(li, wang, zhao)).toEqual(['7.00', '7.00', '16.00']);
    expect(await billsOf(zhao)).toMatchObject([{ moneyType: '10', amount: '6.00' }]);
    expect((await zhao.events()).filter(({ type }) => type === 39)).toHaveLength(1);
  });

  test.each(['call', 'job', 'both'] as const)(
    'an AA bill is completed or expires, whichever comes first: %s',
    async (first) => {
      const { data } = await startBill(li, wang, '6', 2);
      app.clock.advance(DAY - 1);
      other.clock.advance(DAY);
      const [reply, expired] = await meet(
        first,
        () => payShare(wang, li, '3', { transId: data.transId }),
        () => expireBills(other.platform),
      );
      const paid = reply.code === '1';
      if (first === 'call') expect(paid).toBe(true);
      if (first === 'job') expect(reply.data.info).toBe('AA收款已过期');
      expect(expired).toBe(paid ? 0 : 1);
      expect(await balances(li, wang)).toEqual(paid ? ['13.00', '7.00'] : ['10.00', '10.00']);
      expect((await detail(li, data.transId)).transInfo.status).toBe(paid ? '1' : '2');
    },
  );

  test.each(['call', 'job', 'both'] as const)(
    'an AA bill that lacks its last share is completed or given back, whichever comes first: %s',
    async (first) => {
      const group = await groupOf(zhao, li, wang, chen);
      const { transId } = (await startBill(zhao, group, '12', 4)).data;
      for (const who of [li, wang]) await payShare(who, zhao, '3', { transId });
      app.clock.advance(DAY - 1);
      other.clock.advance(DAY);
      const [reply, ended] = await meet(
        first,
        () => payShare(chen, zhao, '3', { transId }),
        () => expireBills(other.platform),
      );
      const completed = reply.code === '1';
      if (first === 'call') expect(completed).toBe(true);
      if (first === 'job') expect(reply.data.info).toBe('AA收款已过期');
      expect(ended).toBe(completed ? 0 : 1);
      const owned = completed ? ['7.00', '7.00', '7.00', '19.00'] : ['10.00', '10.00', '10.00', '10.00'];
      expect(await balances(li, wang, chen, zhao)).toEqual(owned);
      expect((await detail(zhao, transId)).transInfo.status).toBe(completed ? '1' : '2');
      expect(await billsOf(zhao)).toHaveLength(completed ? 1 : 0);
    },
  );

  test.each(['call', 'job', 'both'] as const)(
    'a share that is paid beside the end of its AA bill goes back with the others, or is not taken: %s',
    async (first) => {
      const group = await groupOf(zhao, li, wang, chen);
      const { transId } = (await startBill(zhao, group, '12', 4)).data;
      await payShare(li, zhao, '3', { transId });
      app.clock.advance(DAY - 1);
      other.clock.advance(DAY);
      const pays = () => payShare(wang, zhao, '3', { transId });
      const [reply, ended] = await meet(first, pays, () => expireBills(other.platform));
      expect(ended).toBe(1);
      expect(await balances(li, wang, zhao)).toEqual(['10.00', '10.00', '10.00']);
      expect(await billsOf(wang)).toHaveLength(reply.code === '1' ? 2 : 0);
    },
  );

  test('two jobs at the same moment give the shares of an AA bill back once', async () => {
    const group = await groupOf(zhao, li, wang, chen);
    const { transId } = (await startBill(zhao, group, '12', 4)).data;
    for (const who of [li, wang]) await payShare(who, zhao, '3', { transId });
    app.clock.advance(DAY);
    other.clock.advance(DAY);
    const ready = Promise.all([mine.shut(), theirs.shut()]);
    const runs = [expireBills(app.platform), expireBills(other.platform)];
    await ready;
    mine.open();
    theirs.open();
    expect((await Promise.all(runs)).toSorted()).toEqual([0, 1]);
    expect(await balances(li, wang, zhao)).toEqual(['10.00', '10.00', '10.00']);
    expect((await li.events()).filter(({ type }) => type === 39)).toHaveLength(1);
  });

  test('a wallet pays what it holds and no more, under one key once', async () => {
    const replies = await Promise.all(Array.from({ length: 6 }, () => pay(li, wang, '3')));
    expect(replies.filter(({ code }) => code === '1')).toHaveLength(3);
    const params = { destId: zhao.id, amount: '0.50', payPwd: PAY_PASSWORD };
    const once = (where: TestApp) =>
      where.call('/transfer/postPayment', params, { token: li.token, ...key('k') });
    const keyed = await Promise.all([once(app), once(other), once(app), once(other)]);
    expect(keyed.map(({ code }) => code)).toEqual(['1', '1', '1', '1']);
    expect(await balances(li, wang, zhao)).toEqual(['0.50', '19.00', '10.50']);
  });
});
