import { getTableName, is } from 'drizzle-orm';
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { describe, expect } from 'vitest';
import * as schema from '../../db/schema.generated.ts';
import type { OperatorId } from '../../src/core/ids.ts';
import { keyNameOf, seal } from '../../src/core/sealing.ts';
import { readBook } from '../../src/features/contacts/book.ts';
import { openIdentity, waitingIdentities } from '../../src/features/identity/review.ts';
import { openInstance } from '../../src/homes/keys.ts';
import { md5Of } from '../../src/http/params.ts';
import { jobs, runJobs } from '../../src/jobs.ts';
import { sealTotp, unsealTotp } from '../../src/operations/operators/totp.ts';
import { resealSome } from '../../src/operations/secrets/reseal.ts';
import { stages } from '../../src/operations/secrets/stages.ts';
import type { Keys } from '../../src/platform/keys/keys.ts';
import { type Person, person, type TestApp } from '../support/app.ts';
import { appTest } from '../support/app-test.ts';
import { change } from '../support/bank.ts';
import { post } from '../support/moments.ts';
import { cardNumberFrom, smsCodeOf } from '../support/money.ts';
import { operate, operatedApp } from '../support/operate.ts';

const ID = '11010519491231002X';
const CARD = '6214830202117965';
const ENV = { SMS_RESEND_SECONDS: '0' };
const drawn = () => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64');

const handIn = async (app: TestApp, who: Person, name: string, idNo = ID) =>
  app.call(
    '/chat/updateAuth',
    { name, idNo, mobile: who.mobile, validateNum: await smsCodeOf(app, who) },
    { token: who.token },
  );
const bind = (app: TestApp, who: Person, cardNo = CARD) =>
  app.call('/wallet/bindingCard', { cardNo }, { token: who.token });
const pay = (app: TestApp, who: Person, password: string) =>
  app.call('/pay/validatePayPwd', { pwd: md5Of(password) }, { token: who.token });
const book = (app: TestApp, who: Person) =>
  readBook({ ...app.platform, caller: { userId: who.id } } as never);

const test = appTest({ env: ENV })
  .extend('operated', ({ app }) => operatedApp({ executor: app.executor, clock: app.clock, env: ENV }))
  .extend('rotated', ({ operated: app }) => async () => {
    const rows = await app.sql("SELECT name, value FROM instance WHERE name IN ('DATA_KEY', 'PAY_PEPPER')");
    const was = Object.fromEntries(rows.map(([name, value]) => [String(name), String(value)]));
    const env = {
      ...{ DATA_KEY: drawn(), DATA_KEY_OLD: was['DATA_KEY'] ?? '' },
      ...{ PAY_PEPPER: drawn(), PAY_PEPPER_OLD: was['PAY_PEPPER'] ?? '' },
      ...ENV,
    };
    const { tokens, files } = app.platform;
    const open = (keys?: Keys) =>
      operatedApp({
        executor: app.executor,
        clock: app.clock,
        env,
        platform: { tokens, files, ...(keys && { keys }) },
      });
    const after = await open();
    return { after, keys: after.platform.keys, config: after.platform.config, open };
  })
  .extend('everything', ({ operated: app, li, wang }) => async () => {
    const { platform } = app;
    expect((await handIn(app, li, '李雷')).code).toBe('1');
    expect((await bind(app, li)).code).toBe('1');
    await app.call(
      '/chat/inviteContact',
      { contact: JSON.stringify([{ phone: wang.mobile, name: '二姨' }]) },
      { token: li.token },
    );
    const { code } = await app.call(
      '/pay/setPayPwd',
      { pwd: md5Of('135790'), validateNum: await smsCodeOf(app, li) },
      { token: li.token },
    );
    expect(code).toBe('1');
    const feedId = await post(li);
    const down = await operate(app, 'moderator', 'takedowns.moment', { reason: 'r', moment: feedId });
    expect(down.status).toBe(200);
    const totp = sealTotp(platform.keys, 2 as OperatorId, 'SECRET', platform.random);
    await app.executor.write([change('UPDATE operators SET sealed_totp = ? WHERE id = 2', totp)]);
    return down.body.takedown as number;
  })
  .extend('resealed', () => async (app: TestApp) => {
    expect((await operate(app, 'owner', 'secrets.reseal')).status).toBe(200);
    await resealSome(app.platform, { trips: 1000, ms: 60_000, connections: 1 });
    return (await operate(app, 'owner', 'secrets.show')).body;
  });

/** What must read the same whichever keys are present. */
async function readAll(app: TestApp, li: Person, takedown: number) {
  const { platform } = app;
  const [totp] = await app.sql('SELECT sealed_totp FROM operators WHERE id = 2');
  const shown = await operate(app, 'moderator', 'takedowns.show', { takedown, reason: 'r' });
  const [card] = await app.sql('SELECT count(*) FROM bank_cards WHERE unbound_at IS NULL');
  return {
    identity: await openIdentity(platform, li.id as never),
    contacts: (await book(app, li)).length,
    evidence: String(shown.body.evidence).includes('hello'),
    totp: unsealTotp(platform.keys, 2 as OperatorId, String(totp)),
    cards: card,
    mine: (await app.call('/chat/ready', {}, { token: li.token })).data.myInfo.realName,
  };
}
const present = (keys: Keys): Keys => ({
  ...keys,
  data: [keys.data[0]],
  oldPeppers: [],
  duplicates: [keys.duplicates[0]],
});

describe('people’s keys', () => {
  test('seal what is a person’s, each their own', async ({ operated: app, everything, li, wang }) => {
    await everything();
    await bind(app, wang);
    const names = async (text: string) => (await app.sql(text)).map(([sealed]) => keyNameOf(String(sealed)));
    const keys = Object.fromEntries((await app.sql('SELECT user_id, key_name FROM person_keys')) as never);
    expect(Object.keys(keys).map(Number).sort()).toEqual([li.id, wang.id].sort());
    expect(keys[li.id]).not.toBe(keys[wang.id]);
    for (const text of [
      'SELECT sealed_name FROM identity_checks',
      'SELECT sealed_id_no FROM identity_checks',
      'SELECT sealed FROM contact_books',
      'SELECT sealed FROM takedowns',
      `SELECT sealed_number FROM bank_cards WHERE user_id = ${li.id}`,
    ])
      expect(await names(text), text).toEqual([keys[li.id]]);
    await app.executor.write([change('DELETE FROM person_keys WHERE user_id = ?', li.id)]);
    expect(await openIdentity(app.platform, li.id as never)).toMatchObject({
      name: undefined,
      idNo: undefined,
    });
  });

  test('are one a person, though many calls at once seal the first thing', async ({ app, li }) => {
    const code = await smsCodeOf(app, li);
    const cards = ['6214830202117965', cardNumberFrom('622202', 19), '6228480402564890018'];
    const replies = await Promise.all([
      app.call(
        '/chat/updateAuth',
        { name: '李雷', idNo: ID, mobile: li.mobile, validateNum: code },
        { token: li.token },
      ),
      ...cards.map((card) => bind(app, li, card)),
      app.call(
        '/chat/inviteContact',
        { contact: JSON.stringify([{ phone: '15900001111', name: 'x' }]) },
        { token: li.token },
      ),
    ]);
    const ended = replies.map(({ code: each }) => each);
    const again = await Promise.all(cards.map((card) => bind(app, li, card)));
    expect(again.map((each) => each.data?.info)).toEqual(cards.map(() => '已绑定过该卡'));
    const [[name]] = (await app.sql('SELECT key_name FROM person_keys')) as [[string]];
    const sealed = await app.sql(
      'SELECT sealed_number FROM bank_cards UNION ALL SELECT sealed_id_no FROM identity_checks UNION ALL SELECT sealed FROM contact_books',
    );
    expect(sealed.map(([text]) => keyNameOf(String(text)))).toEqual(Array(5).fill(name));
    expect(ended).toEqual(Array(5).fill('1'));
  });

  test('a refused call leaves none', async ({ app, li }) => {
    const wrong = { name: '李雷', idNo: ID, mobile: li.mobile, validateNum: '000000' };
    expect((await app.call('/chat/updateAuth', wrong, { token: li.token })).code).toBe('-1');
    expect(await app.sql('SELECT * FROM person_keys')).toEqual([]);
  });

  test('another process that lacks the present DATA_KEY does not replace them', async ({
    app,
    li,
    operated,
    rotated,
  }) => {
    await bind(app, li);
    const { after } = await rotated();
    await operate(after, 'owner', 'secrets.reseal');
    await resealSome(after.platform);
    const [kept] = await app.sql('SELECT key_name, sealed_key FROM person_keys');
    expect((await bind(operated, li, cardNumberFrom('622202', 19))).code).not.toBe('1');
    expect(await app.sql('SELECT key_name, sealed_key FROM person_keys')).toEqual([kept]);
    expect((await bind(after, li, cardNumberFrom('622202', 19))).code).toBe('1');
  });
});

describe('DATA_KEY and PAY_PEPPER', () => {
  test('are exchanged, and nothing is lost before, while or after everything is resealed', async ({
    operated,
    li,
    wang,
    everything,
    rotated,
    resealed,
  }) => {
    const takedown = await everything();
    const before = await readAll(operated, li, takedown);
    expect(before).toMatchObject({
      identity: { name: '李雷', idNo: ID },
      contacts: 1,
      evidence: true,
      totp: 'SECRET',
      mine: '李*',
    });
    const { after, keys, config, open } = await rotated();
    expect(await readAll(after, li, takedown)).toEqual(before);
    // The same numbers are found under the old digests, too.
    expect((await handIn(after, wang, '王梅')).data.info).toBe('身份证已被使用');
    expect((await bind(after, li)).data.info).toBe('已绑定过该卡');
    expect(await resealed(after)).toMatchObject({
      resealing: 'done',
      lost: 0,
      passwordsWaiting: 1,
      oldPayPepper: 'is needed',
    });
    const alone = await open(present(keys));
    const { evidence: _, ...rest } = before;
    expect(await openIdentity(alone.platform, li.id as never)).toEqual(before.identity);
    expect((await book(alone, li)).length).toBe(rest.contacts);
    expect((await handIn(alone, wang, '王梅')).data.info).toBe('身份证已被使用');
    expect((await bind(alone, li)).data.info).toBe('已绑定过该卡');
    // The pay password goes over when it is entered right, and not by a wrong one.
    expect((await pay(after, li, '000001')).code).not.toBe('1');
    expect((await pay(alone, li, '135790')).code).not.toBe('1');
    expect((await pay(after, li, '135790')).code).toBe('1');
    expect((await pay(alone, li, '135790')).code).toBe('1');
    expect(await resealed(after)).toMatchObject({
      done: 0,
      passwordsWaiting: 0,
      oldDataKey: expect.stringMatching(/^may go/),
      oldPayPepper: expect.stringMatching(/^may go/),
    });
    const { DATA_KEY_OLD: __, PAY_PEPPER_OLD: ___, ...now } = config;
    const last = await openInstance(
      { ...now, DATA_KEY_OLD: [], PAY_PEPPER_OLD: [] },
      after.platform.db,
      after.platform.random,
    );
    expect(last.audit).toEqual(operated.platform.keys.audit);
  });

  test('old ones may not go before everything went over', async ({
    operated: app,
    li,
    rotated,
    resealed,
  }) => {
    await bind(app, li);
    const { after, config } = await rotated();
    const without = (name: string) =>
      openInstance({ ...config, [name]: [] }, app.platform.db, app.platform.random);
    await expect(without('DATA_KEY_OLD')).rejects.toThrow(/^DATA_KEY_OLD lacks one/);
    await expect(without('PAY_PEPPER_OLD')).rejects.toThrow(/^PAY_PEPPER_OLD lacks one/);
    await resealed(after);
    await without('DATA_KEY_OLD');
    await without('PAY_PEPPER_OLD');
    await expect(
      openInstance(
        { ...config, DATA_KEY: config.DATA_KEY_OLD[0] ?? '', DATA_KEY_OLD: [] },
        app.platform.db,
        app.platform.random,
      ),
    ).rejects.toThrow(/^DATA_KEY is not the one/);
  });

  test('what an earlier version sealed under DATA_KEY itself goes over to the person’s key', async ({
    operated: app,
    li,
    resealed,
  }) => {
    await handIn(app, li, '李雷');
    const { keys, random, db } = app.platform;
    const old = (purpose: string, text: string) =>
      seal(keys.data[0], purpose, text, random).replace(/^.*:/, '');
    await app.executor.write([
      change('DELETE FROM person_keys'),
      change(
        'UPDATE identity_checks SET sealed_name = ?, sealed_id_no = ?',
        old('identity_checks.sealed_name', '李雷'),
        old('identity_checks.sealed_id_no', ID),
      ),
    ]);
    expect(await waitingIdentities(db, keys)).toMatchObject([{ name: '李雷', idNo: ID }]);
    expect(await resealed(app)).toMatchObject({ done: 1, lost: 0 });
    expect(await waitingIdentities(db, keys)).toMatchObject([{ name: '李雷', idNo: ID }]);
    const [[name]] = (await app.sql('SELECT key_name FROM person_keys')) as [[string]];
    expect(
      (await app.sql('SELECT sealed_id_no FROM identity_checks')).map(([text]) => keyNameOf(String(text))),
    ).toEqual([name]);
  });

  test('are gone over in steps that may end anywhere, and a lost row stops nothing', async ({
    operated: app,
    rotated,
  }) => {
    const people: Person[] = [];
    for (let i = 0; i < 4; i += 1) {
      const one = await person(app, `p${i}`);
      people.push(one);
      await bind(app, one);
    }
    const [lost] = people;
    await app.executor.write([
      change("UPDATE bank_cards SET sealed_number = 'AAAA' WHERE user_id = ?", lost?.id ?? 0),
    ]);
    const { after } = await rotated();
    await operate(after, 'owner', 'secrets.reseal');
    expect((await operate(after, 'owner', 'secrets.reseal')).body.message).toMatch(/under way already/);
    let runs = 0;
    for (; (await operate(after, 'owner', 'secrets.show')).body.resealing !== 'done'; runs += 1) {
      // Every other run loses its write, as by a kill.
      const db =
        runs % 2
          ? after.platform.db
          : { ...after.platform.db, write: () => Promise.reject(new Error('killed')) };
      await resealSome({ ...after.platform, db } as never, { trips: 1, ms: 1000, connections: 1 }).catch(
        () => 0,
      );
      expect(runs).toBeLessThan(100);
    }
    expect((await operate(after, 'owner', 'secrets.show')).body).toMatchObject({ lost: 1 });
    const under = await after.sql('SELECT DISTINCT sealed_under FROM person_keys');
    expect(under).toEqual([[after.platform.keys.data[0].name]]);
    expect(
      (
        await runJobs(
          after.platform,
          jobs.filter(({ name }) => name === 'reseal'),
        )
      ).size,
    ).toBe(0);
  });

  test('are no support’s business', async ({ operated }) => {
    for (const name of ['secrets.reseal', 'secrets.show'])
      expect((await operate(operated, 'support', name)).status, name).toBe(403);
  });

  test('are not gone over to before a server has opened the database with them', async ({
    operated: app,
    rotated,
  }) => {
    const { keys, open } = await rotated();
    const stale = await open({ ...keys, data: [app.platform.keys.data[0]] });
    expect((await operate(stale, 'owner', 'secrets.reseal')).body.message).toMatch(/No server has opened/);
  });
});

test('every column that is named as sealed is gone over', () => {
  const columns = Object.values(schema)
    .filter((table) => is(table, SQLiteTable))
    .flatMap((table) => getTableConfig(table).columns.map(({ name }) => `${getTableName(table)}.${name}`))
    .filter((name) => /\.sealed(?!_at|_under)/.test(name));
  const known = stages.flatMap(({ table, columns: names }) => names.map((name) => `${table}.${name}`));
  expect(columns.sort()).toEqual([...known, 'person_keys.sealed_key'].sort());
});
