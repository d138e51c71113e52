import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { UserId } from '../../../src/core/ids.ts';
import { seal, sealingKey } from '../../../src/core/sealing.ts';
import { endpoints } from '../../../src/endpoints.ts';
import { openWallet } from '../../../src/features/wallet-holds/open.ts';
import { md5Of } from '../../../src/http/params.ts';
import { jobs, runJobs } from '../../../src/jobs.ts';
import type { Params, Person } from '../../support/app.ts';
import { change } from '../../support/bank.ts';
import { befriend } from '../../support/friends.ts';
import { groupOf, setLevel } from '../../support/groups.ts';
import { post } from '../../support/moments.ts';
import { PAY_PASSWORD, smsCodeOf, withPayPassword } from '../../support/money.ts';
import { moneyTest } from '../../support/money-test.ts';
import { startBill } from '../../support/payments.ts';

/** Calls with an Idempotency-Key that take nothing out of a wallet. */
const TAKE_NOTHING = [
  '/chat/openRedPacket',
  '/chat/report',
  '/feed/addFeedComment',
  '/transfer/confirmTransfer',
  '/transfer/aaTrans',
  '/user/setMsgAlert',
  '/wallet/recharge',
  '/wallet/createRechargeOrder',
  '/wallet/bindingCard',
  '/geo/sendGreet',
];

const HOUR = 3600 * 1000;
const DAY = 24 * HOUR;
const FROZEN = { code: '-1', data: { reason: 'WALLET_FROZEN' } };
const LIMITED = { code: '-1', data: { reason: 'WALLET_LIMITED' } };

const test = moneyTest({ env: { PASSWORDLESS_DAY_MAX: '100.00' } })
  /** Resets the password by a code, and answers what the new session calls with. */
  .extend('reset', ({ app, li }) => async (params: Params = {}): Promise<Person['call']> => {
    const validateNum = await smsCodeOf(app, li);
    const done = await app.call('/chat/findPwd', {
      mobile: li.mobile,
      pwd: 'fresh1',
      validateNum,
      ...params,
    });
    expect(done.code).toBe('1');
    const { data } = await app.call('/chat/doLogin', { mobie: li.mobile, pwd: 'fresh1', device: 1 });
    return (path, sent) => app.call(path, sent, { token: data.token });
  })
  .extend(
    'transfer',
    ({ wang }) =>
      (call: Person['call'], amount: string) =>
        call('/transfer/createTransfer', { destId: wang.id, amount, payPwd: PAY_PASSWORD, msg: '' }),
  )
  /** An operator has confirmed what the owner hands in now. */
  .extend(
    'confirmIdentity',
    ({ app, li }) =>
      (idNo: string, key = app.platform.keys.data[0]) =>
        app.executor.write([
          change(
            "INSERT INTO identity_checks (user_id, sealed_name, sealed_id_no, id_no_digest, state, submitted_at) VALUES (?, '', ?, 'x', 1, ?)",
            li.id,
            seal(key, 'identity_checks.sealed_id_no', idNo, app.platform.random),
            app.clock.now(),
          ),
        ]),
  )
  /** Nobody is heard of for so many days; sessions end meanwhile. */
  .extend(
    'silent',
    ({ app }) =>
      (days: number) =>
        app.clock.advance(days * DAY),
  );
test.beforeEach(async ({ app, li, wang }) => {
  await befriend(li, wang);
  await withPayPassword(app, li);
  await li.call('/wallet/recharge', { amount: '5000.00' });
});

const withdraw = (call: Person['call']) => call('/wallet/withdraw', { amount: '1.00', payPwd: PAY_PASSWORD });

describe('a new password from a device that the account does not know', () => {
  test('lets no withdrawal and little else leave for a day', async ({ app, reset, transfer }) => {
    const call = await reset();
    expect(await withdraw(call)).toMatchObject(LIMITED);
    expect((await transfer(call, '60.00')).code).toBe('1');
    expect(await transfer(call, '40.01')).toMatchObject(LIMITED);
    expect((await transfer(call, '40.00')).code).toBe('1');
    // Another reset begins another day, and forgets nothing that has left.
    const again = await reset();
    expect(await transfer(again, '0.01')).toMatchObject(LIMITED);
    app.clock.advance(DAY - 1);
    expect(await withdraw(again)).toMatchObject(LIMITED);
    app.clock.advance(1);
    expect((await withdraw(again)).code).toBe('1');
    expect((await transfer(again, '1000.00')).code).toBe('1');
  });

  test('limits nothing where the device is known', async ({ app, li, reset }) => {
    const { data } = await app.call('/chat/doLogin', {
      mobie: li.mobile,
      pwd: 'x',
      device: 1,
      UUID: 'phone',
    });
    expect(data.token).toBeUndefined();
    const first = await reset();
    await first('/chat/doLogout');
    await app.call('/chat/doLogin', { mobie: li.mobile, pwd: 'fresh1', device: 1, UUID: 'phone' });
    app.clock.advance(DAY);
    expect((await withdraw(await reset({ UUID: 'phone' }))).code).toBe('1');
    expect(await withdraw(await reset({ UUID: 'thief' }))).toMatchObject(LIMITED);
  });

  test('limits nobody by a code that was wrong', async ({ app, li }) => {
    const code = await smsCodeOf(app, li);
    const validateNum = code === '000000' ? '111111' : '000000';
    await app.call('/chat/findPwd', { mobile: li.mobile, pwd: 'fresh1', validateNum });
    expect((await withdraw(li.call)).code).toBe('1');
  });

  test('is what the hold ends with, and the row with it', async ({ app, reset }) => {
    await reset();
    app.clock.advance(DAY);
    await runJobs(
      app.platform,
      jobs.filter(({ name }) => name === 'sweep'),
    );
    expect(await app.sql('SELECT * FROM wallet_holds')).toEqual([]);
  });
});

describe('a new pay password', () => {
  const it = test
    .extend(
      'set',
      ({ app, li }) =>
        async (pwd: string) =>
          li.call('/pay/setPayPwd', { pwd, validateNum: await smsCodeOf(app, li) }),
    )
    .extend(
      'withdrawWith',
      ({ li }) =>
        (pwd: string) =>
          li.call('/wallet/withdraw', { amount: '1.00', payPwd: pwd }),
    );

  it('in place of another limits the wallet for a day', async ({ app, set, withdrawWith }) => {
    expect((await set('246801')).code).toBe('1');
    expect(await withdrawWith('246801')).toMatchObject(LIMITED);
    app.clock.advance(DAY);
    expect((await withdrawWith('246801')).code).toBe('1');
  });

  it('where there was none, or the same again, limits nothing', async ({ app, set, withdrawWith }) => {
    await app.executor.write([change('DELETE FROM pay_passwords')]);
    expect((await set('135790')).code).toBe('1');
    expect((await set('135790')).code).toBe('-1');
    expect((await withdrawWith('135790')).code).toBe('1');
  });
});

describe('an account of which nobody was heard for 180 days', () => {
  test('keeps its wallet frozen for whoever has its number now, day after day', async ({
    app,
    li,
    wang,
    reset,
    transfer,
    silent,
  }) => {
    silent(181);
    const call = await reset();
    expect(await withdraw(call)).toMatchObject(FROZEN);
    expect(await transfer(call, '0.01')).toMatchObject(FROZEN);
    const validateNum = await smsCodeOf(app, li);
    expect(await call('/pay/setPayPwd', { pwd: '246801', validateNum })).toMatchObject(FROZEN);
    app.clock.advance(30 * DAY);
    expect(await transfer(call, '0.01')).toMatchObject(FROZEN);
    // What comes in is not held.
    await wang.call('/chat/ready');
    expect((await call('/wallet/recharge', { amount: '1.00' })).code).toBe('1');
  });

  test('is not frozen where it was used meanwhile, or by a session of long ago', async ({
    li,
    reset,
    transfer,
    silent,
  }) => {
    silent(80);
    await li.call('/chat/ready');
    silent(105);
    const call = await reset();
    expect(await transfer(call, '1.00')).toMatchObject({ code: '1' });
  });

  test('is not frozen for days of which nothing was noted', async ({ app, reset, transfer, silent }) => {
    const since = Math.floor((app.clock.now() + 8 * HOUR) / DAY) + 10;
    await app.executor.write([
      change("INSERT INTO instance (name, value) VALUES ('logins_noted_since', ?)", String(since)),
    ]);
    silent(181);
    expect((await transfer(await reset(), '1.00')).code).toBe('1');
  });

  test('opens for the old pay password, and for no other', async ({ li, reset, transfer, silent }) => {
    silent(181);
    const call = await reset();
    expect((await call('/pay/validatePayPwd', { pwd: '246801' })).code).toBe('-1');
    expect(await transfer(call, '1.00')).toMatchObject(FROZEN);
    expect((await call('/pay/validatePayPwd', { pwd: PAY_PASSWORD })).code).toBe('1');
    expect((await transfer(call, '1.00')).code).toBe('1');
    expect(await withdraw(call)).toMatchObject(LIMITED);
    const kinds = (await li.events()).flatMap(({ type, content }) =>
      type === 68 ? JSON.parse(content).kind : [],
    );
    expect(kinds.filter((kind) => kind === 'walletOpened')).toHaveLength(1);
  });

  test('opens for the last six of the confirmed ID number, one try a code', async ({
    app,
    li,
    wang,
    reset,
    confirmIdentity,
    silent,
  }) => {
    await confirmIdentity('11010519491231002X');
    silent(181);
    const call = await reset();
    const set = (params: Params) => call('/pay/setPayPwd', { pwd: '246801', ...params });
    const code = await smsCodeOf(app, li);
    expect(await set({ validateNum: code, idNo: '310021' })).toMatchObject({
      data: { info: '身份证号不正确，请重新获取验证码' },
    });
    expect(await set({ validateNum: code, idNo: '31002X' })).toMatchObject({
      data: { info: '验证码不正确!' },
    });
    const next = await smsCodeOf(app, li);
    expect(await set({ validateNum: next, idNo: '31002x' })).toMatchObject({ code: '1' });
    const pay = { destId: wang.id, amount: '1.00', payPwd: md5Of('246801'), msg: '' };
    expect((await call('/transfer/createTransfer', pay)).code).toBe('1');
  });

  test('does not open for the ID number of nobody who was confirmed', async ({ app, li, reset, silent }) => {
    silent(181);
    const call = await reset();
    const validateNum = await smsCodeOf(app, li);
    const answer = await call('/pay/setPayPwd', { pwd: '246801', validateNum, idNo: '31002X' });
    expect(answer.data.info).toBe('身份证号不正确，请重新获取验证码');
  });

  test('does not open for an ID number that whoever has the number now had confirmed', async ({
    app,
    li,
    reset,
    transfer,
    confirmIdentity,
    silent,
  }) => {
    silent(181);
    const call = await reset();
    await confirmIdentity('11010519491231002X');
    const validateNum = await smsCodeOf(app, li);
    const answer = await call('/pay/setPayPwd', { pwd: '246801', validateNum, idNo: '31002X' });
    expect(answer.data.info).toBe('身份证号不正确，请重新获取验证码');
    expect(await transfer(call, '0.01')).toMatchObject(FROZEN);
  });

  test('does not open for an ID number that was sealed under a key that is lost', async ({
    app,
    li,
    reset,
    confirmIdentity,
    silent,
  }) => {
    await confirmIdentity('11010519491231002X', sealingKey(new Uint8Array(32)));
    silent(181);
    const call = await reset();
    const validateNum = await smsCodeOf(app, li);
    const answer = await call('/pay/setPayPwd', { pwd: '246801', validateNum, idNo: '31002X' });
    expect(answer.data.info).toBe('身份证号不正确，请重新获取验证码');
  });

  test('opens, once, for an operator', async ({ app, li, reset, silent }) => {
    silent(181);
    const call = await reset();
    expect(await openWallet(app.platform, li.id as UserId)).toBe(true);
    expect(await openWallet(app.platform, li.id as UserId)).toBe(false);
    expect((await withdraw(call)).code).toBe('1');
  });
});

describe('every way out of a wallet', () => {
  const src = join(import.meta.dirname, '../../../src');
  const sources = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ name, text: readFileSync(join(src, name), 'utf8') }));
  /** From somebody's wallet, by their own wish: not from an escrow or the cash of the system, and not by an operator. */
  const byOperators = ['corrections', 'refunds'].map((feature) => join('features', feature, '/'));
  const byOwners = sources.filter(({ name }) => !byOperators.some((folder) => name.startsWith(folder)));
  const takes = byOwners.filter(({ text }) => /moveMoney(?:<[^(]*>)?\(\{\s*from: (?!systemSql)/.test(text));

  test('states that nothing holds it', () => {
    expect(takes.length).toBeGreaterThan(7);
    for (const { name, text } of takes)
      expect(/\b(mayLeave|mayBePaidOut|isShut)\(/.test(text), name).toBe(true);
  });

  test('is shut while it is frozen, and no wider than the limit while it is limited', async ({
    app,
    li,
    wang,
  }) => {
    const group = await groupOf(li);
    const paid = await groupOf(wang);
    await setLevel(app, paid, 1);
    const rules = { groupId: paid, status: 6, fee: '200.00' };
    expect((await wang.call('/chat/updateJoinstatus', rules)).code).toBe('1');
    const feedId = await post(wang);
    await app.executor.write([
      change('UPDATE gifts SET price = 20000'),
      change('UPDATE group_levels SET fee = 20000'),
    ]);
    const leveled = await groupOf(li);
    await setLevel(app, leveled, 1);
    const { data: bill } = await startBill(wang, li, '400.00', 2);
    const gift = '{"key":"gift_001","price":"200.00","name":"玫瑰"}';
    const [payPwd, pwd, amount, destId] = [PAY_PASSWORD, PAY_PASSWORD, '200.00', wang.id];
    const packet = { destType: 1, redPacketCount: 1, redPacketAmount: amount, redPacketType: 2 };
    const ways: readonly [string, Params][] = [
      ['/wallet/withdraw', { amount: '1.00', payPwd }],
      ['/wallet/withdraw', { amount: '1.00' }],
      ['/transfer/createTransfer', { destId, amount, payPwd, msg: '' }],
      ['/transfer/postPayment', { destId, amount, payPwd }],
      ['/transfer/aaTransPay', { destId, amount, payPwd, transId: bill.transId }],
      ['/chat/sendRedPacket', { ...packet, destId, payPwd }],
      ['/feed/sendFeedGift', { destId, feedId, gift, payPwd }],
      ['/chat/payForGroupLevel', { groupId: group, level: 1, pwd }],
      ['/chat/payForGroupJoin', { groupId: paid, pwd }],
      ['/chat/payForGroupExt', { groupId: leveled, pwd }],
    ];
    const hold = (until: number, frozen: number | null) =>
      app.executor.write([
        change('DELETE FROM wallet_holds'),
        change(
          'INSERT INTO wallet_holds (user_id, limited_until, frozen_at) VALUES (?, ?, ?)',
          li.id,
          until,
          frozen,
        ),
      ]);
    // Every call that takes an Idempotency-Key is a way out of the wallet, or is known to take nothing out of it.
    const paths = endpoints.flatMap((each) => (!each.open && each.idempotent ? [each.path] : []));
    const known = [...new Set(ways.map(([path]) => path)), ...TAKE_NOTHING];
    expect(paths.filter((path) => !known.includes(path))).toEqual([]);
    await app.executor.write([
      change(
        'INSERT INTO wallet_freezes (user_id, frozen_at, until, change_id) VALUES (?, 1, NULL, 1)',
        li.id,
      ),
    ]);
    for (const [path, params] of ways)
      expect(await li.call(path, params), path).toMatchObject({
        ...FROZEN,
        data: { reason: 'WALLET_FROZEN' },
      });
    await app.executor.write([change('UPDATE wallet_freezes SET until = ?', app.clock.now())]);
    await hold(0, 1);
    for (const [path, params] of ways) expect(await li.call(path, params), path).toMatchObject(FROZEN);
    await hold(app.clock.now() + 1000, null);
    for (const [path, params] of ways) expect(await li.call(path, params), path).toMatchObject(LIMITED);
    expect((await li.call('/wallet/getBalance')).data).toBe('5000.00');
    await hold(app.clock.now(), null);
    for (const [path, params] of ways) expect((await li.call(path, params)).code, path).toBe('1');
  });
});
