import { describe, expect, test } from 'vitest';
import { expectRefusal, newPerson, type Person, smsCode } from './support/client.ts';
import { freshIdNumber } from './support/id-number.ts';

const submit = async (person: Person, idNo: string, code?: string) =>
  person.call('/chat/updateAuth', {
    name: '王维',
    idNo,
    mobile: person.mobile,
    validateNum: code ?? (await smsCode(person.mobile)),
  });

describe('/chat/updateAuth', () => {
  test('takes a claim in for review, once, and shows it masked to its owner alone', async () => {
    const person = await newPerson();
    const idNo = freshIdNumber();
    expect(await submit(person, idNo)).toMatchObject({ code: '1', data: { info: '提交成功,请等待审核' } });
    expectRefusal(await submit(person, idNo, '000000'), 0, '认证审核中');
    const mine = await person.call('/chat/getUserById', { destId: person.id });
    expect(mine.data.idNo).toMatch(/^\d{6}\*+/);
    const other = await newPerson();
    const seen = await other.call('/chat/getUserById', { destId: person.id });
    expect(seen.data.idNo).toBe('');
  });

  test('refuses a wrong code, a number that cannot be, and one that is taken', async () => {
    const person = await newPerson();
    const idNo = freshIdNumber();
    const code = await smsCode(person.mobile);
    expectRefusal(await submit(person, idNo, code === '000000' ? '111111' : '000000'), -1, '验证码不正确');
    expectRefusal(await submit(person, '110101199001010000', code), -1, '各参数不能为空');
    expect(await submit(person, idNo, code)).toMatchObject({ code: '1' });
    expectRefusal(await submit(await newPerson(), idNo), 2, '身份证已被使用');
  });
});
