import { describe, expect } from 'vitest';
import { readConfig } from '../../../src/config.ts';
import { runJobs } from '../../../src/jobs.ts';
import { withoutPasswordValues } from '../../../src/ledger/without-password.ts';
import type { Params } from '../../support/app.ts';
import { change } from '../../support/bank.ts';
import { befriend } from '../../support/friends.ts';
import { post } from '../../support/moments.ts';
import { PAY_PASSWORD, smsCodeOf, withPayPassword } from '../../support/money.ts';
import { moneyTest } from '../../support/money-test.ts';

const LIMITS = { PASSWORDLESS_MAX: '1.00', PASSWORDLESS_DAY_MAX: '10.00' };

const test = moneyTest({ env: LIMITS })
  .extend('feedId', ({ wang }) => post(wang))
  .extend(
    'packet',
    ({ li, wang }) =>
      (redPacketAmount: string, more: Params = {}, headers: Headers = {}) =>
        li.call(
          '/chat/sendRedPacket',
          { redPacketCount: 1, redPacketAmount, destType: 1, destId: wang.id, redPacketType: 2, ...more },
          { headers },
        ),
  )
  .extend(
    'withdrawal',
    ({ li }) =>
      (amount: string, more: Params = {}, headers: Headers = {}) =>
        li.call('/wallet/withdraw', { amount, ...more }, { headers }),
  )
  .extend('gift', ({ li, wang, feedId }) => (price: string, more: Params = {}, headers: Headers = {}) => {
    const text = JSON.stringify({ key: 'gift_attic', price });
    return li.call('/feed/sendFeedGift', { destId: wang.id, feedId, gift: text, ...more }, { headers });
  })
  .extend(
    'prove',
    ({ li }) =>
      (pwd: string = PAY_PASSWORD, who = li) =>
        who.call('/pay/validatePayPwd', { pwd }),
  );
test.beforeEach(async ({ li, wang }) => {
  await befriend(li, wang);
  await li.call('/wallet/recharge', { amount: '5000.00' });
});

type Headers = Readonly<Record<string, string>>;
/** Everything that the document lets leave a wallet without asking for the pay password. */
const calls = [
  ['a red packet', 'packet', '10.01'],
  ['a withdrawal', 'withdrawal', '10.01'],
  ['a gift', 'gift', '10.01'],
] as const;

const needed = {
  code: '-1',
  data: { reason: 'PAY_PASSWORD_NEEDED', hint: expect.stringContaining('validate') },
};

describe.each(calls)('%s above the limit', (_, call, amount) => {
  const it = test.extend(
    'pay',
    ({ packet, withdrawal, gift }) =>
      (...args: Parameters<typeof packet>) =>
        ({ packet, withdrawal, gift })[call](...args),
  );
  it.beforeEach(({ app }) =>
    app.executor.write([change("INSERT INTO gifts (key, name, price) VALUES ('gift_attic', '阁楼', 1001)")]),
  );

  it('says that a pay password must be set', async ({ pay }) => {
    expect(await pay(amount)).toMatchObject({
      code: '-1',
      data: { reason: 'PAY_PASSWORD_UNSET', hint: expect.stringContaining('setPayPwd') },
    });
  });

  it('needs the password, or a proof of it; a proof is good for one', async ({ app, li, prove, pay }) => {
    await withPayPassword(app, li);
    expect(await pay(amount)).toMatchObject(needed);
    expect((await prove()).code).toBe('1');
    expect((await pay(amount)).code).toBe('1');
    expect(await pay(amount)).toMatchObject(needed);
    expect((await pay(amount, { payPwd: PAY_PASSWORD })).code).toBe('1');
  });

  it('is allowed once by one proof, however many calls race for it', async ({ app, li, prove, pay }) => {
    await withPayPassword(app, li);
    await prove();
    const replies = await Promise.all(Array.from({ length: 10 }, () => pay(amount)));
    expect(replies.filter(({ code }) => code === '1')).toHaveLength(1);
  });

  it('leaves the proof where it is refused, and needs none to be answered again', async ({
    app,
    li,
    prove,
    pay,
  }) => {
    await withPayPassword(app, li);
    await prove();
    expect((await pay('999999.00')).code).toBe('-1');
    const key = { 'idempotency-key': 'one' };
    const first = await pay(amount, {}, key);
    expect(first.code).toBe('1');
    expect(await pay(amount, {}, key)).toMatchObject({ code: '1', data: first.data });
    expect(await pay(amount)).toMatchObject(needed);
  });
});

test('what stays within the limits, or carries the password, leaves a proof alone', async ({
  app,
  li,
  packet,
  prove,
}) => {
  await withPayPassword(app, li);
  await prove();
  expect((await packet('0.50')).code).toBe('1');
  expect((await packet('50.00', { payPwd: PAY_PASSWORD })).code).toBe('1');
  expect((await packet('50.00')).code).toBe('1');
  expect(await packet('50.00')).toMatchObject(needed);
});

test('red packets, gifts and withdrawals share one limit per day', async ({
  app,
  li,
  wang,
  feedId,
  packet,
  withdrawal,
}) => {
  await withPayPassword(app, li);
  const rose = JSON.stringify({ key: 'gift_001', price: '0.01' });
  expect((await withdrawal('9.00')).code).toBe('1');
  expect((await packet('0.99')).code).toBe('1');
  expect((await li.call('/feed/sendFeedGift', { destId: wang.id, feedId, gift: rose })).code).toBe('1');
  for (const reply of [
    await withdrawal('0.01'),
    await packet('0.01'),
    await li.call('/feed/sendFeedGift', { destId: wang.id, feedId, gift: rose }),
  ])
    expect(reply).toMatchObject(needed);
});

describe('a proof', () => {
  test.beforeEach(({ app, li }) => withPayPassword(app, li));

  test('ends after 120 seconds, and is swept', async ({ app, packet, prove }) => {
    await prove();
    app.clock.advance(119_999);
    expect((await packet('50.00')).code).toBe('1');
    await prove();
    app.clock.advance(120_000);
    expect(await packet('50.00')).toMatchObject(needed);
    await runJobs(app.platform);
    expect(await app.sql('SELECT COUNT(*) FROM pay_proofs')).toEqual([[0]]);
  });

  test('is of one session alone', async ({ app, wang, packet, prove }) => {
    await prove();
    await app.executor.write([change('UPDATE pay_proofs SET session_id = session_id + 1')]);
    expect(await packet('50.00')).toMatchObject(needed);
    await prove(PAY_PASSWORD, wang);
    expect(await packet('50.00')).toMatchObject(needed);
  });

  test('is given by the right password alone, and not while that is locked', async ({ packet, prove }) => {
    expect((await prove('000000')).code).toBe('-1');
    expect(await packet('50.00')).toMatchObject(needed);
    await prove();
    for (let tries = 0; tries < 5; tries += 1) await prove('000000');
    expect(await packet('50.00')).toMatchObject(needed);
    expect((await prove()).code).toBe('-1');
  });

  test('does not outlive its password', async ({ app, li, packet, prove }) => {
    const code = await smsCodeOf(app, li);
    await prove();
    app.clock.advance(1);
    expect((await li.call('/pay/setPayPwd', { pwd: '246801', validateNum: code })).code).toBe('1');
    expect(await packet('50.00')).toMatchObject(needed);
  });
});

test.for([
  ['production', 100_000],
  ['sandbox', 2_000_000],
] as const)(
  'in %s %i fen leave a wallet per day without the password, by default',
  ([MODE, most], { app }) => {
    const config = { ...readConfig({}), MODE };
    expect(withoutPasswordValues({ config, clock: app.clock })).toMatchObject({ passwordlessDayMax: most });
  },
);
