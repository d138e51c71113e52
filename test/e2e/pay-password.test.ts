import { describe, expect, test } from 'vitest';
import { expectRefusal, newPerson, type Person, smsCode } from './support/client.ts';

const set = async (who: Person, pwd: string, validateNum?: string) =>
  who.call('/pay/setPayPwd', { pwd, validateNum: validateNum ?? (await smsCode(who.mobile)) });
const validate = (who: Person, pwd: string) => who.call('/pay/validatePayPwd', { pwd });

describe('a pay password', () => {
  test('is set by a code and then known to be right or wrong', async () => {
    const me = await newPerson();
    expectRefusal(await validate(me, '123456'), -1);
    expect(await set(me, '123456')).toMatchObject({ code: '1', data: { info: '支付密码设置完成' } });
    expect(await validate(me, '123456')).toMatchObject({ code: '1', data: { info: 'success' } });
    expectRefusal(await validate(me, '654321'), -1);
    expect((await me.call('/chat/ready')).data.payInfo).toBe('1');
  });

  test('is not set by a wrong code, and not to what it is', async () => {
    const me = await newPerson();
    const code = await smsCode(me.mobile);
    expectRefusal(await set(me, '123456', code === '000000' ? '111111' : '000000'), -1, '验证码不正确!');
    expect(await set(me, '123456', code)).toMatchObject({ code: '1' });
    expectRefusal(await set(me, '123456'), -1, '支付密码不能和上次相同');
  });

  test('is locked after five wrong ones, of twenty at once, too', async () => {
    const me = await newPerson();
    await set(me, '123456');
    await Promise.all(Array.from({ length: 20 }, () => validate(me, '000000')));
    expectRefusal(await validate(me, '123456'), -1);
  });
});
