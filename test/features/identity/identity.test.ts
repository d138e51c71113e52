import { describe, expect } from 'vitest';
import type { UserId } from '../../../src/core/ids.ts';
import { parseIdNumber } from '../../../src/features/identity/id-number.ts';
import { decideIdentity, waitingIdentities } from '../../../src/features/identity/review.ts';
import type { Person } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';

/** Numbers with a right check digit, made up. */
const [FIRST, SECOND] = ['11010519491231002X', '440524199003072343'];

const test = appTest()
  .extend('code', ({ app }) => async (who: Person) => {
    app.clock.advance(31_000);
    return (await app.call('/chat/getValidateNum', { mobile: who.mobile })).data.info as string;
  })
  .extend(
    'submit',
    ({ code }) =>
      async (who: Person, idNo = FIRST, more: Record<string, string> = {}) =>
        who.call('/chat/updateAuth', {
          name: '李雷雷',
          idNo,
          mobile: who.mobile,
          validateNum: await code(who),
          ...more,
        }),
  );

describe('an ID number', () => {
  test('needs a birthday and the right check digit', () => {
    expect(parseIdNumber('11010519491231002x')).toBe(FIRST);
    for (const bad of [
      '110105194912310021',
      '110105194913310020',
      '11010519490230002X',
      '110105491231002',
      '',
      'x'.repeat(18),
    ]) {
      expect(parseIdNumber(bad), bad).toBeUndefined();
    }
  });
});

describe('updateAuth', () => {
  test('waits for an operator, then confirms; only the owner sees the masked number', async ({
    app,
    li,
    wang,
    submit,
  }) => {
    expect(await submit(li)).toMatchObject({ code: '1', data: { info: '提交成功,请等待审核' } });
    expect(await submit(li)).toMatchObject({ code: '0', data: { info: '认证审核中' } });
    expect((await li.call('/chat/ready')).data.myInfo).toMatchObject({
      isAuth: '0',
      idNo: '110105********002X',
      realName: '李**',
    });
    const { db, keys } = app.platform;
    expect(await waitingIdentities(db, keys)).toMatchObject([{ userId: li.id, name: '李雷雷', idNo: FIRST }]);
    expect(await decideIdentity(db, li.id as UserId, true, app.clock.now())).toBe(true);
    expect(await decideIdentity(db, li.id as UserId, false, app.clock.now())).toBe(false);
    expect(await submit(li)).toMatchObject({ code: '1', data: { info: '认证成功' } });
    expect((await li.call('/chat/getUserById', { destId: li.id })).data).toMatchObject({
      isAuth: '1',
      idNo: '110105********002X',
    });
    expect((await wang.call('/chat/getUserById', { destId: li.id })).data).toMatchObject({
      isAuth: '',
      idNo: '',
      realName: '',
    });
  });

  test('keeps what waits as the operator was shown it', async ({ app, li, submit }) => {
    await submit(li);
    expect(await submit(li, SECOND)).toMatchObject({ code: '0', data: { info: '认证审核中' } });
    const { db, keys } = app.platform;
    expect(await waitingIdentities(db, keys)).toMatchObject([{ idNo: FIRST }]);
  });

  test('lets who was rejected try again', async ({ app, li, submit }) => {
    await submit(li);
    await decideIdentity(app.platform.db, li.id as UserId, false, app.clock.now());
    expect(await submit(li, SECOND)).toMatchObject({ code: '1', data: { info: '提交成功,请等待审核' } });
  });

  test('refuses a number that somebody else has, to who proved his mobile alone', async ({
    app,
    li,
    wang,
    submit,
  }) => {
    await submit(li);
    expect(await submit(wang, FIRST, { validateNum: '000000' })).toMatchObject({
      code: '-1',
      data: { info: '验证码不正确' },
    });
    expect(await submit(wang)).toMatchObject({ code: '2', data: { info: '身份证已被使用' } });
    expect(await app.sql('SELECT user_id FROM identity_checks')).toEqual([[li.id]]);
  });

  test('gives a number to one of two people who race for it', async ({ li, wang, code }) => {
    const codes = [await code(li), await code(wang)];
    const replies = await Promise.all(
      [li, wang].map((who, i) =>
        who.call('/chat/updateAuth', {
          name: '李',
          idNo: FIRST,
          mobile: who.mobile,
          validateNum: codes[i] ?? '',
        }),
      ),
    );
    expect(replies.map((reply) => reply.code).sort()).toEqual(['1', '2']);
  });

  test('refuses another mobile than one’s own, and a malformed number, and writes nothing', async ({
    app,
    li,
    wang,
    submit,
  }) => {
    expect(await submit(li, FIRST, { mobile: wang.mobile })).toMatchObject({
      code: '-1',
      data: { info: '各参数不能为空', field: 'mobile' },
    });
    expect(await submit(li, '123456789012345678')).toMatchObject({
      code: '-1',
      data: { info: '各参数不能为空', field: 'idNo' },
    });
    expect(await app.sql('SELECT * FROM identity_checks')).toEqual([]);
  });

  test('keeps neither name nor number in clear', async ({ app, li, submit }) => {
    await submit(li);
    const stored = JSON.stringify(await app.sql('SELECT * FROM identity_checks'));
    expect(stored).not.toContain(FIRST);
    expect(stored).not.toContain('李雷雷');
  });
});
