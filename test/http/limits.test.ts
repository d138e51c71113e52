import { describe, expect, test } from 'vitest';
import { person, testApp } from '../support/app.ts';

describe('flood limits', () => {
  test('count an IPv6 network of one client once, and IPv4 in IPv6 clothes as IPv4', async () => {
    const app = await testApp({ env: { RATE_LIMITS: 'on', RATE_PER_ADDRESS: '3' } });
    const ask = async (from: string) => (await app.call('/getVersion', {}, { from })).code;
    const network = ['2001:db8:0:7::1', '2001:db8::7:1:2:3:4', '2001:DB8:0:7:ffff::', '2001:db8:0:7::2'];
    const four = ['9.9.9.9', '::ffff:9.9.9.9', '::ffff:909:909', '9.9.9.9'];
    for (const same of [network, four]) {
      const codes = [];
      for (const from of same) codes.push(await ask(from));
      expect(codes).toEqual(['1', '1', '1', '429']);
    }
    expect([await ask('2001:db8:0:8::1'), await ask('::ffff:9.9.9.8')]).toEqual(['1', '1']);
  });

  test('answer 429 in the envelope with Retry-After, by address and by user, and pass with the minute', async () => {
    const app = await testApp({ env: { RATE_LIMITS: 'on', RATE_PER_ADDRESS: '5', RATE_PER_USER: '3' } });
    const li = await person(app, 'li');
    const ask = (from: string) => li.call('/chat/ready', {}, { from });
    for (let i = 0; i < 3; i += 1) expect((await ask(`9.9.9.${i}`)).code).toBe('1');
    const refused = await ask('9.9.9.9');
    expect(refused).toMatchObject({ status: 200, code: '429', data: { info: '操作过于频繁' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    for (let i = 0; i < 5; i += 1)
      expect((await app.call('/getVersion', {}, { from: '7.7.7.7' })).code).toBe('1');
    expect((await app.call('/getVersion', {}, { from: '7.7.7.7' })).code).toBe('429');
    app.clock.advance(60_000);
    expect((await ask('9.9.9.9')).code).toBe('1');
    await app.close();
  });

  test('are real statuses with HTTP_STATUS=real', async () => {
    const app = await testApp({ env: { HTTP_STATUS: 'real', RATE_LIMITS: 'on', RATE_PER_ADDRESS: '3' } });
    const [li, wang] = [await person(app, 'li'), await person(app, 'wang')];
    expect((await app.call('/chat/ready')).status).toBe(401);
    expect((await li.call('/chat/ready', { userId: wang.id })).status).toBe(403);
    expect((await li.call('/chat/getUserById', { destId: 5 })).status).toBe(200);
    expect((await app.call('/chat/ready')).status).toBe(429);
    await app.close();
  });
});
