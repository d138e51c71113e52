import { describe, expect } from 'vitest';
import { chinaDay } from '../../../src/core/china-time.ts';
import { jobs, runJobs } from '../../../src/jobs.ts';
import { PASSWORD, type Params, type Person, person } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';

const DAY = 24 * 3600 * 1000;
const HOME = '10.1.1.1';
const LOCKED = '密码错误次数过多，请稍后再试';

const mobile = '15768709546';
const test = appTest()
  .extend(
    'logIn',
    ({ app }) =>
      (params: Params, from = HOME, who = mobile) =>
        app.call('/chat/doLogin', { mobie: who, pwd: PASSWORD, device: 1, ...params }, { from }),
  )
  /** Fifty wrong tries from as many addresses: no stranger may try any more. */
  .extend('attack', ({ logIn }) => async () => {
    for (let i = 0; i < 60; i += 1) await logIn({ pwd: 'nope' }, `192.0.${i}.1`);
    expect((await logIn({}, '192.0.99.1')).data.info).toBe(LOCKED);
  })
  .extend(
    'notices',
    ({ app }) =>
      async () =>
        (await app.sql("SELECT json_extract(content, '$.kind') FROM inbox WHERE type = 68 ORDER BY seq")).map(
          String,
        ),
  );
test.beforeEach(async ({ app }) => {
  const code = (await app.call('/chat/getValidateNum', { mobile })).data.info;
  await app.call('/chat/register', { mobile, pwd: PASSWORD, validateNum: code });
});

describe('strangers who try passwords', () => {
  test('lock out nobody on a device that has logged in before, wherever it is now', async ({
    logIn,
    attack,
  }) => {
    await logIn({ UUID: 'phone' });
    await attack();
    expect((await logIn({ UUID: 'other' }, '10.2.2.2')).data.info).toBe(LOCKED);
    expect((await logIn({ UUID: 'phone' }, '10.3.3.3')).code).toBe('1');
  });

  test('lock out nobody at an address of before, whatever the device', async ({ logIn, attack }) => {
    await logIn({});
    await attack();
    expect((await logIn({}, '10.2.2.2')).data.info).toBe(LOCKED);
    expect((await logIn({}, HOME)).code).toBe('1');
  });

  test('lock out new devices until a code sets a new password', async ({ app, logIn, attack }) => {
    await logIn({ UUID: 'phone' });
    await attack();
    app.clock.advance(60_000);
    const validateNum = (await app.call('/chat/getValidateNum', { mobile })).data.info;
    await app.call('/chat/findPwd', { mobile, pwd: 'fresh1', validateNum });
    expect((await logIn({ pwd: 'fresh1' }, '10.2.2.2')).code).toBe('1');
  });

  test('do not get what known ones have: these count for themselves, five and no more', async ({ logIn }) => {
    await logIn({ UUID: 'phone' });
    for (let i = 0; i < 5; i += 1)
      expect((await logIn({ UUID: 'phone', pwd: 'nope' })).data.info).toBe('密码错误');
    expect((await logIn({ UUID: 'phone' }, '10.3.3.3')).data.info).toBe(LOCKED);
    // None of these counts among the strangers'.
    expect((await logIn({}, '10.2.2.2')).code).toBe('1');
  });

  test('get no more by a UUID that is empty, or that more than ten accounts use', async ({
    app,
    logIn,
    attack,
  }) => {
    await logIn({ UUID: 'shared' });
    await logIn({ UUID: '' }, '10.5.5.5');
    const people: Person[] = [];
    for (let i = 0; i < 10; i += 1) people.push(await person(app));
    for (const each of people.slice(0, 9)) await logIn({ UUID: 'shared' }, '10.6.6.6', each.mobile);
    await attack();
    expect((await logIn({ UUID: '' }, '10.9.9.9')).data.info).toBe(LOCKED);
    expect((await logIn({ UUID: 'shared' }, '10.9.9.9')).code).toBe('1');
    await logIn({ UUID: 'shared' }, '10.6.6.6', people[9]?.mobile);
    await attack();
    expect((await logIn({ UUID: 'shared' }, '10.8.8.8')).data.info).toBe(LOCKED);
  });

  test('are told from who was here within 90 days, and not longer ago', async ({ app, logIn, attack }) => {
    await logIn({ UUID: 'phone' });
    app.clock.advance(90 * DAY);
    await attack();
    expect((await logIn({ UUID: 'phone' }, '10.3.3.3')).code).toBe('1');
    app.clock.advance(91 * DAY);
    await attack();
    expect((await logIn({ UUID: 'phone' }, '10.4.4.4')).data.info).toBe(LOCKED);
  });
});

describe('what is kept of logins', () => {
  const it = test.extend(
    'rows',
    ({ app }) =>
      () =>
        app.sql('SELECT device, kind, address, last_day FROM known_logins ORDER BY rowid'),
  );

  it('is a row a device and address, the newest twenty, the last of each device longest', async ({
    app,
    logIn,
    rows,
  }) => {
    await logIn({ UUID: 'pc', device: 3 });
    for (let i = 0; i < 30; i += 1) await logIn({ UUID: 'phone' }, `10.2.${i}.1`);
    const kept = await rows();
    expect(kept).toHaveLength(20);
    expect(kept.map(([device]) => device)).toContain('pc');
    expect(kept.at(-1)).toEqual(['phone', 1, '10.2.29.1', chinaDay(app.clock.now())]);
  });

  it('goes when nobody has been there for 180 days', async ({ app, logIn, rows }) => {
    await logIn({ UUID: 'phone' });
    const sweep = jobs.filter(({ name }) => name === 'sweep');
    app.clock.advance(180 * DAY);
    await runJobs(app.platform, sweep);
    expect(await rows()).toHaveLength(1);
    app.clock.advance(DAY);
    await runJobs(app.platform, sweep);
    expect(await rows()).toEqual([]);
  });

  it('says the last day that a session called, written once a day', async ({ app, logIn }) => {
    const { token } = (await logIn({ UUID: 'phone' })).data;
    const lastDays = async () => [
      ...(await app.sql('SELECT last_day FROM sessions')),
      ...(await app.sql('SELECT last_day FROM known_logins')),
    ];
    const today = chinaDay(app.clock.now());
    expect(await lastDays()).toEqual([[today], [today]]);
    app.clock.advance(3 * DAY);
    await app.call('/chat/ready', {}, { token });
    expect(await lastDays()).toEqual([[today + 3], [today + 3]]);
    app.clock.advance(DAY);
    await app.call('/chat/updateProfile', { sign: 'x' }, { token });
    expect(await lastDays()).toEqual([[today + 4], [today + 4]]);
    const before = await app.sql('SELECT total_changes()');
    for (let i = 0; i < 5; i += 1) await app.call('/chat/ready', {}, { token });
    expect(await app.sql('SELECT total_changes()')).toEqual(before);
  });
});

describe('the owner', () => {
  test('hears of a login on a new device, once for each, and never of the first', async ({
    logIn,
    notices,
  }) => {
    await logIn({ UUID: 'phone' });
    await logIn({ UUID: 'phone' }, '10.2.2.2');
    expect(await notices()).toEqual([]);
    await logIn({ UUID: 'thief' });
    expect(await notices()).toEqual(['newDevice']);
    await logIn({ UUID: 'thief' }, '10.3.3.3');
    await logIn({ UUID: 'phone' });
    expect(await notices()).toEqual(['newDevice']);
  });

  test('hears of one that does not say which it is, by its kind and address, where others do', async ({
    logIn,
    notices,
  }) => {
    await logIn({});
    await logIn({ device: 4 });
    expect(await notices()).toEqual([]);
    await logIn({ UUID: 'phone' });
    expect(await notices()).toEqual(['newDevice']);
    await logIn({ device: 4 });
    expect(await notices()).toEqual(['newDevice']);
    await logIn({ device: 3 });
    await logIn({ device: 3 });
    await logIn({ device: 3 }, '10.2.2.2');
    expect(await notices()).toEqual(['newDevice', 'newDevice', 'newDevice']);
  });

  test('hears nothing of a wrong password', async ({ logIn, notices }) => {
    await logIn({ UUID: 'phone' });
    await logIn({ UUID: 'thief', pwd: 'nope' });
    expect(await notices()).toEqual([]);
  });
});
