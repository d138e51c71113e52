import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Person, person, type TestApp, testApp } from '../../support/app.ts';
import { onDevice } from '../../support/realtime.ts';

let app: TestApp;
let li: Person;
let phone: Person;
beforeEach(async () => {
  app = await testApp();
  li = await person(app, 'li');
  phone = await onDevice(app, li, 2);
});
afterEach(() => app.close());

const listOf = async (who: Person) => (await who.call('/user/sessions')).data.list;

test('each session is listed with device, address and last day, and the caller’s is marked', async () => {
  const list = await listOf(phone);
  expect(list).toHaveLength(2);
  expect(list.filter(({ current }: { current: string }) => current === '1')).toEqual([
    expect.objectContaining({
      device: '2',
      lastDay: '2026-11-22',
      sessionId: expect.stringMatching(/^\d+$/),
    }),
  ]);
});

test('one session ends, and the caller’s stays', async () => {
  const other = (await listOf(li)).find(({ current }: { current: string }) => current === '0');
  expect((await li.call('/user/endSession', { sessionId: other.sessionId })).code).toBe('1');
  expect((await phone.call('/user/sessions')).code).toBe('601');
  expect((await li.call('/user/endSession', { sessionId: other.sessionId })).data.reason).toBe(
    'NO_SUCH_SESSION',
  );
  expect(await listOf(li)).toHaveLength(1);
});

test('all others end, with what they have bound for pushes', async () => {
  await phone.call('/chat/bindXgToken', { token: 'push-1', device: 2, provider: 'fcm' });
  expect(await app.sql('SELECT count(*) FROM push_devices')).toEqual([[1]]);
  expect((await li.call('/user/endOtherSessions')).data.ended).toBe('1');
  expect((await phone.call('/user/sessions')).code).toBe('601');
  expect(await app.sql('SELECT count(*) FROM push_devices')).toEqual([[0]]);
  expect((await li.call('/user/endOtherSessions')).data.ended).toBe('0');
});

test('nobody ends or sees somebody else’s', async () => {
  const wang = await person(app, 'wang');
  const [session] = await listOf(li);
  expect((await wang.call('/user/endSession', { sessionId: session.sessionId })).data.reason).toBe(
    'NO_SUCH_SESSION',
  );
  expect(await listOf(wang)).toHaveLength(1);
  expect((await app.call('/user/sessions')).code).toBe('601');
  expect((await li.call('/user/endSession', { sessionId: 'x' })).data.reason).toBe('INVALID_PARAMETER');
});
