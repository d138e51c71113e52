import { describe, expect, test } from 'vitest';
import { call, expectRefusal, freshMobile, logIn, newPerson, PASSWORD, send } from './support/client.ts';

describe('/chat/doLogin', () => {
  test('takes the password as md5 or plain, by both names of the number', async () => {
    const { mobile } = await newPerson();
    expect(await logIn(mobile)).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    const reply = await call('/chat/doLogin', { mobile, pwd: PASSWORD, device: 2 });
    expect(reply).toMatchObject({ code: '1', data: { imServerUrl: expect.any(String) } });
  });

  test('ends the older session of the same device kind and no other', async () => {
    const { id, mobile, token } = await newPerson();
    const web = await logIn(mobile, 4);
    const newer = await logIn(mobile, 1);
    const ready = (each: string) => call('/chat/ready', { userId: id }, { token: each });
    expectRefusal(await ready(token), 601, '请重新登录');
    expect(await ready(web)).toMatchObject({ code: '1' });
    expect(await ready(newer)).toMatchObject({ code: '1' });
  });

  test('refuses an unknown number and a wrong password, and locks after five', async () => {
    expectRefusal(await call('/chat/doLogin', { mobie: freshMobile(), pwd: PASSWORD }), 2, '用户不存在');
    const { mobile } = await newPerson();
    const wrong = () => call('/chat/doLogin', { mobie: mobile, pwd: 'wrong' });
    for (let tries = 0; tries < 5; tries++) expectRefusal(await wrong(), 3, '密码错误');
    expectRefusal(await wrong(), 3, '密码错误次数过多，请稍后再试');
    expectRefusal(await call('/chat/doLogin', { mobie: mobile, pwd: PASSWORD }), 3);
  });

  test('sets a cookie that stays with this site', async () => {
    const { id, mobile } = await newPerson();
    const { headers, data } = await call('/chat/doLogin', { mobie: mobile, pwd: PASSWORD, device: 4 });
    expect(headers.get('set-cookie')).toMatch(/^token=\S+; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict/);
    const withCookie = (site: string) =>
      call(
        '/chat/ready',
        { userId: id },
        { headers: { cookie: `token=${data.token}`, 'sec-fetch-site': site } },
      );
    expect(await withCookie('same-origin')).toMatchObject({ code: '1' });
    expectRefusal(await withCookie('cross-site'), 601);
  });
});

describe('a token', () => {
  test('goes as bearer, header or parameter', async () => {
    const { id, token } = await newPerson();
    const own = { userId: id };
    expect(await call('/chat/ready', own, { headers: { authorization: `Bearer ${token}` } })).toMatchObject({
      code: '1',
    });
    expect(await call('/chat/ready', own, { headers: { token } })).toMatchObject({ code: '1' });
    expect(await call('/chat/ready', { ...own, token })).toMatchObject({ code: '1' });
  });

  test('that was bent is none', async () => {
    const { token } = await newPerson();
    const [head = '', body = '', signature = ''] = token.split('.');
    const forged = Buffer.from(
      JSON.stringify({ ...JSON.parse(Buffer.from(body, 'base64url').toString()), sub: '1' }),
    );
    for (const bent of [
      `${head}.${forged.toString('base64url')}.${signature}`,
      `${head}.${body}.`,
      'x'.repeat(5000),
    ])
      expectRefusal(await call('/chat/ready', {}, { token: bent }), 601);
  });
});

describe('/chat/doLogout', () => {
  test('ends the session, and takes the cookie back', async () => {
    const person = await newPerson();
    const reply = await person.call('/chat/doLogout');
    expect(reply).toMatchObject({ code: '1', data: { info: '退出成功' } });
    expect(reply.headers.get('set-cookie')).toMatch(/^token=; Path=\/; Max-Age=0/);
    expectRefusal(await person.call('/chat/ready'), 601);
  });

  test('refuses a device kind that does not exist, and the session goes on', async () => {
    const person = await newPerson();
    expectRefusal(await person.call('/chat/doLogout', { device: 9 }), -1);
    expect(await person.call('/chat/ready')).toMatchObject({ code: '1' });
  });

  test('is not done by HEAD', async () => {
    const person = await newPerson();
    const head = await send(`/chat/doLogout?token=${person.token}`, { method: 'HEAD' });
    expect(head.status).toBe(405);
    expect(await person.call('/chat/ready')).toMatchObject({ code: '1' });
  });
});

describe('my own sessions', () => {
  test('are listed, and end one by one or all but mine', async () => {
    const me = await newPerson();
    const [web, pc] = [await logIn(me.mobile, 4), await logIn(me.mobile, 3)];
    const { data } = await me.call('/user/sessions');
    expect(data.list).toHaveLength(3);
    const { sessionId } = data.list.find(({ device }: { device: string }) => device === '4');
    expect((await me.call('/user/endSession', { sessionId })).code).toBe('1');
    expectRefusal(await call('/chat/ready', { userId: me.id }, { token: web }), 601);
    expect(await me.call('/user/endOtherSessions')).toMatchObject({ code: '1', data: { ended: '1' } });
    expectRefusal(await call('/chat/ready', { userId: me.id }, { token: pc }), 601);
    expect((await me.call('/user/sessions')).data.list).toHaveLength(1);
  });
});
