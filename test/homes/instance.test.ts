import { describe, expect } from 'vitest';
import { systemRandom } from '../../src/core/random.ts';
import { sealingKey } from '../../src/core/sealing.ts';
import { waitingIdentities } from '../../src/features/identity/review.ts';
import { openInstance } from '../../src/homes/keys.ts';
import type { Keys } from '../../src/platform/keys/keys.ts';
import { person, type TestApp, testApp } from '../support/app.ts';
import { appTest } from '../support/app-test.ts';
import { change } from '../support/bank.ts';
import { smsCodeOf } from '../support/money.ts';

const test = appTest({ env: { SMS_RESEND_SECONDS: '0' } })
  .extend(
    'submit',
    ({ li }) =>
      async (by: TestApp, name = '李雷雷') =>
        by.call(
          '/chat/updateAuth',
          { name, idNo: ID_NO, mobile: li.mobile, validateNum: await smsCodeOf(by, li) },
          { token: li.token },
        ),
  )
  .extend(
    'open',
    ({ app }) =>
      (settings: Record<string, string>, isServer = true) =>
        openInstance({ ...app.platform.config, ...settings }, app.platform.db, systemRandom, isServer),
  )
  .extend(
    'forgetMarks',
    ({ app }) =>
      () =>
        app.executor.write([change("DELETE FROM instance WHERE name LIKE 'mark:%' OR name LIKE 'keys:%'")]),
  );

const ID_NO = '11010519491231002X';
const fresh = () => Buffer.from(systemRandom.bytes(32)).toString('base64');

describe('secrets that are not this database’s', () => {
  test.for(['DATA_KEY', 'PAY_PEPPER'])(
    '%s is refused by name, by a server and by a command',
    async (name, { app, open }) => {
      for (const isServer of [true, false])
        await expect(open({ [name]: fresh() }, isServer)).rejects.toThrow(
          new RegExp(`^${name} is not the one`),
        );
      expect(await open({})).toEqual(app.platform.keys);
    },
  );

  test('of the two that are wrong both are named; SESSION_SECRET may be another', async ({ open }) => {
    await expect(open({ DATA_KEY: fresh(), PAY_PEPPER: fresh() })).rejects.toMatchObject({
      problems: [expect.stringContaining('PAY_PEPPER'), expect.stringContaining('DATA_KEY')],
    });
    await open({ SESSION_SECRET: fresh() });
  });

  test('are found out where no mark has been kept yet, by what is sealed', async ({
    app,
    submit,
    open,
    forgetMarks,
  }) => {
    expect((await submit(app)).code).toBe('1');
    for (const name of ['DATA_KEY', 'PAY_PEPPER']) {
      await forgetMarks();
      await expect(open({ [name]: fresh() })).rejects.toThrow(new RegExp(`^${name} is not the one`));
      expect(await app.sql("SELECT name FROM instance WHERE name LIKE 'mark:%'")).toEqual([]);
    }
    await open({});
    await expect(open({ DATA_KEY: fresh() })).rejects.toThrow(/^DATA_KEY/);
  });

  test('cannot be told where nothing is sealed: the first ones count, of servers that start together, too', async ({
    open,
    forgetMarks,
  }) => {
    await forgetMarks();
    const starts = [fresh(), fresh()].map((key) => open({ DATA_KEY: key }));
    const ended = await Promise.allSettled(starts);
    expect(ended.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('a command keeps no mark, and refuses what no server has opened', async ({
    app,
    open,
    forgetMarks,
  }) => {
    await forgetMarks();
    await open({}, false);
    expect(await app.sql("SELECT name FROM instance WHERE name LIKE 'mark:%'")).toEqual([]);
    await app.executor.write([change('DELETE FROM instance')]);
    await expect(open({}, false)).rejects.toThrow(/No server has opened/);
  });

  test('no mark tells a secret', async ({ app }) => {
    const rows = await app.sql("SELECT value FROM instance WHERE name LIKE 'mark:%'");
    expect(rows).toHaveLength(2);
    const { pepper, data } = app.platform.keys;
    for (const secret of [pepper, data[0].bytes])
      for (const [value] of rows)
        expect(Buffer.from(String(value), 'base64url').equals(Buffer.from(secret))).toBe(false);
  });
});

describe('what a lost DATA_KEY has sealed', () => {
  let after: TestApp;
  test.beforeEach(async ({ app, submit }) => {
    await submit(app);
    const keys: Keys = { ...app.platform.keys, data: [sealingKey(systemRandom.bytes(32))] };
    after = await testApp({
      env: { SMS_RESEND_SECONDS: '0' },
      executor: app.executor,
      platform: { keys, tokens: app.platform.tokens },
    });
    // As "secrets accept" leaves it: nobody has the key any more.
    await app.executor.write([change("DELETE FROM instance WHERE name = 'keys:DATA_KEY'")]);
  });

  test('hides no other request, and may be handed in once more', async ({ app, li, submit }) => {
    const wang = await person(app, '王梅');
    const { keys, db } = after.platform;
    await after.call(
      '/chat/updateAuth',
      {
        name: '王梅梅',
        idNo: '110105198801010014',
        mobile: wang.mobile,
        validateNum: await smsCodeOf(after, wang),
      },
      { token: wang.token },
    );
    const seen = (await waitingIdentities(db, keys)).map(({ userId, name }) => [userId, name]);
    expect(seen).toEqual([
      [li.id, undefined],
      [wang.id, '王梅梅'],
    ]);
    expect(await submit(after, '李雷')).toMatchObject({ code: '1', data: { info: '提交成功,请等待审核' } });
    expect(await waitingIdentities(db, keys)).toMatchObject([{ userId: wang.id }, { name: '李雷' }]);
    expect((await submit(after)).data).toMatchObject({ info: '认证审核中' });
  });

  test('stops neither ready nor a profile', async ({ li }) => {
    const ready = await after.call('/chat/ready', {}, { token: li.token });
    expect(ready).toMatchObject({ code: '1', data: { myInfo: { idNo: '', realName: '' } } });
    const shown = await after.call('/chat/getUserById', { destId: li.id }, { token: li.token });
    expect(shown).toMatchObject({ code: '1', data: { idNo: '' } });
  });

  test('was confirmed, and is handed in once more: an operator looks at it again', async ({
    app,
    submit,
  }) => {
    await app.executor.write([change('UPDATE identity_checks SET state = 1')]);
    expect(await submit(after)).toMatchObject({ code: '1', data: { info: '提交成功,请等待审核' } });
    expect(await after.sql('SELECT state FROM identity_checks')).toEqual([[0]]);
  });
});

describe('an instance', () => {
  test('keeps the secrets that a sandbox drew', async ({ app }) => {
    const again = await openInstance(app.platform.config, app.platform.db, systemRandom);
    expect(again).toEqual(app.platform.keys);
  });

  test('refuses another mode than the database was made in', async ({ app }) => {
    const other = { ...app.platform.config, MODE: 'production' as const };
    await expect(openInstance(other, app.platform.db, systemRandom)).rejects.toThrow(/made in sandbox mode/);
  });
});

describe('the key of the audit', () => {
  test('is made from DATA_KEY where none is set, and is never kept in the database', async ({
    app,
    open,
  }) => {
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    const { audit } = await open({});
    expect(audit).toEqual((await open({}, false)).audit);
    const set = fresh();
    expect(text((await open({ AUDIT_KEY: set })).audit)).toBe(set);
    expect(text(audit)).toMatch(/^[\w-]{43}$/);
    const kept = JSON.stringify(await app.sql('SELECT * FROM instance'));
    for (const key of [text(audit), set]) expect(kept).not.toContain(key);
  });
});
