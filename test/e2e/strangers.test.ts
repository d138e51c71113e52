import { beforeAll, describe, test } from 'vitest';
import { endpoints } from '../../src/endpoints.ts';
import { call, expectRefusal, newPerson, type Person } from './support/client.ts';

const forCallers = endpoints.filter(({ open }) => !open);

let me: Person;
let other: Person;
beforeAll(async () => {
  [me, other] = await Promise.all([newPerson(), newPerson()]);
});

describe.each(forCallers)('$path', ({ path, ownsToken }) => {
  test('answers nobody without a session', async () => {
    expectRefusal(await call(path), 601, '请重新登录');
    expectRefusal(await call(path, { userId: me.id }, { token: 'bad.token.here' }), 601, '请重新登录');
    if (!ownsToken) expectRefusal(await call(path, { token: 'none' }), 601, '请重新登录');
  });

  test('answers nobody in another’s name', async () => {
    expectRefusal(await me.call(path, { userId: other.id }, { method: 'GET' }), 403, '无权操作');
  });
});
