import { describe, expect } from 'vitest';
import { md5Of } from '../../../src/http/params.ts';
import { PASSWORD } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';

const MOBILE = '15768709546';
const MINUTE = 60_000;

const test = appTest()
  .extend(
    'code',
    ({ app }) =>
      async (mobile = MOBILE) =>
        (await app.call('/chat/getValidateNum', { mobile })).data.info as string,
  )
  .extend(
    'register',
    ({ app, code }) =>
      async (more: Record<string, string> = {}) =>
        app.call('/chat/register', { mobile: MOBILE, pwd: PASSWORD, validateNum: await code(), ...more }),
  )
  .extend(
    'logIn',
    ({ app }) =>
      (more: Record<string, string | number> = {}, from?: string) =>
        app.call(
          '/chat/doLogin',
          { mobie: MOBILE, pwd: md5Of(PASSWORD), device: 1, ...more },
          from ? { from } : {},
        ),
  );

const wrong = (text: string) => (text === '000000' ? '111111' : '000000');

describe('the phone that is told of messages', () => {
  const it = test
    .extend(
      'bind',
      ({ app }) =>
        (token: string, push: string, device = 1) =>
          app.call('/chat/bindXgToken', { token: push, device }, { token }),
    )
    .extend(
      'bound',
      ({ app }) =>
        async () =>
          (await app.sql('SELECT device, token FROM push_devices ORDER BY device')).map((row) =>
            row.join(' '),
          ),
    )
    .extend(
      'tokenOf',
      ({ logIn }) =>
        async (more: Record<string, string | number> = {}) =>
          (await logIn(more)).data.token,
    );

  it.beforeEach(async ({ register }) => {
    await register();
  });

  it('is told no more once another phone of its kind has logged in, or one that does not say who it is', async ({
    logIn,
    bind,
    bound,
    tokenOf,
  }) => {
    await bind(await tokenOf({ UUID: 'mine' }), 'mine');
    await bind(await tokenOf({ device: 4 }), 'page', 4);
    await bind(await tokenOf({ UUID: 'mine' }), 'mine');
    await logIn({ UUID: 'mine' });
    expect(await bound()).toEqual(['1 mine', '4 page']);
    await logIn({ UUID: 'another' });
    expect(await bound()).toEqual(['4 page']);
    await bind(await tokenOf(), 'nameless');
    await logIn();
    expect(await bound()).toEqual(['4 page']);
  });

  it('stays when a login is refused', async ({ logIn, bind, bound, tokenOf }) => {
    await bind(await tokenOf({ UUID: 'mine' }), 'mine');
    await logIn({ UUID: 'another', pwd: 'nope' });
    expect(await bound()).toEqual(['1 mine']);
  });

  it('is bound as the kind of its session, not as one that outlives it', async ({
    app,
    bind,
    bound,
    tokenOf,
  }) => {
    const stolen = await tokenOf({ device: 4 });
    for (const device of [0, 1, 2, 3]) await bind(stolen, `thief-${device}`, device);
    expect(await bound()).toEqual(['4 thief-3']);
    const mine = await tokenOf({ device: 1 });
    await app.call('/chat/doLogout', { device: 4 }, { token: mine });
    expect(await bound()).toEqual([]);
  });

  it('of a session of no kind goes with it, whatever it said', async ({ app, bind, bound, tokenOf }) => {
    const nameless = await tokenOf({ device: 0 });
    const phone = await tokenOf({ device: 1 });
    await bind(phone, 'mine');
    for (const device of [2, 3]) await bind(nameless, `other-${device}`, device);
    await app.call('/chat/doLogout', {}, { token: nameless });
    expect(await bound()).toEqual(['1 mine']);
  });

  it('is told no more after a new password, whatever its kind', async ({
    app,
    code,
    bind,
    bound,
    tokenOf,
  }) => {
    for (const device of [1, 2, 4])
      await bind(await tokenOf({ device, UUID: 'u' }), `phone-${device}`, device);
    app.clock.advance(MINUTE);
    const change = { mobile: MOBILE, pwd: 'fresh1', validateNum: wrong(await code()) };
    await app.call('/chat/findPwd', change);
    expect(await bound()).toHaveLength(3);
    app.clock.advance(MINUTE);
    await app.call('/chat/findPwd', { ...change, validateNum: await code() });
    expect(await bound()).toEqual([]);
  });
});
