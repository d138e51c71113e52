import { expect, test } from 'vitest';
import { call, expectRefusal, freshMobile } from './support/client.ts';

test('/chat/getValidateNum answers the code itself in a sandbox, three times an hour', async () => {
  const mobile = freshMobile();
  for (let sent = 0; sent < 3; sent++) {
    const { code, data } = await call('/chat/getValidateNum', { mobile });
    expect(code).toBe('1');
    expect(data.info).toMatch(/^\d{6}$/);
  }
  expectRefusal(await call('/chat/getValidateNum', { mobile }), -1, '1小时内只能获取3次验证码');
});

test('/chat/getValidateNum counts ten calls at once exactly', async () => {
  const mobile = freshMobile();
  const replies = await Promise.all(
    Array.from({ length: 10 }, () => call('/chat/getValidateNum', { mobile })),
  );
  expect(replies.filter(({ code }) => code === '1')).toHaveLength(3);
});

test('/chat/getValidateNum refuses what no network could have given', async () => {
  expectRefusal(await call('/chat/getValidateNum', { mobile: '12345' }), -1, '手机号格式不对');
});
