import { expect, test } from 'vitest';
import { PASSWORD } from '../../support/app.ts';
import { FULL_COST } from '../../support/password-cost.ts';
import { liveServer } from '../../support/sockets.ts';

test('a server stores passwords at their full cost', async () => {
  const app = await liveServer();
  const mobile = '15768709546';
  const { data } = await app.call('/chat/getValidateNum', { mobile });
  await app.call('/chat/register', { mobile, pwd: PASSWORD, validateNum: data.info });
  expect(await app.sql('SELECT password_hash FROM users')).toEqual([[expect.stringMatching(FULL_COST)]]);
  await app.close();
});
