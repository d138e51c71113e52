import { afterEach, beforeEach, expect, test } from 'vitest';
import { md5Of } from '../../src/http/params.ts';
import { PASSWORD, type Person, person, type TestApp, testApp } from '../support/app.ts';
import { teahouseOn } from '../support/commands.ts';
import { type SharedDatabase, sharedDatabase } from '../support/database.ts';
import { smsCodeOf } from '../support/money.ts';
import { onDevice } from '../support/realtime.ts';

let database: SharedDatabase;
let app: TestApp;
let li: Person;
let wang: Person;
beforeEach(async () => {
  database = await sharedDatabase();
  app = await testApp({ executor: database.executor });
  [li, wang] = [await person(app, '李雷'), await person(app, '王梅')];
});
afterEach(async () => {
  await app.close();
  database.dispose();
});
const teahouse = async (...args: string[]) => (await teahouseOn(database)('admin', ...args)).lines;

test('a disabled user is out at once on every device, can do nothing to come back, and is found by nobody', async () => {
  const page = await onDevice(app, li, 4);
  await li.call('/geo/updateGeo', { lat: 39.9, lon: 116.4 });
  await li.call('/chat/bindXgToken', { token: 'phone', device: 1 });
  // His password, and the mobile as clients send it.
  await app.call('/chat/findPwd', {
    mobile: li.mobile,
    pwd: PASSWORD,
    validateNum: await smsCodeOf(app, li),
  });
  const logIn = () => app.call('/chat/doLogin', { mobie: li.mobile, pwd: md5Of(PASSWORD), device: 1 });
  const { token } = (await logIn()).data;
  const ready = async (token: string) => (await app.call('/chat/ready', {}, { token })).code;
  expect(await ready(token)).toBe('1');

  expect(await teahouse('users', 'disable', String(li.id))).toEqual(['Done.']);
  expect([await ready(token), await ready(page.token)]).toEqual(['601', '601']);
  const refused = { code: '-1', data: { info: '老用户拒绝登录' } };
  expect(await logIn()).toMatchObject(refused);
  const fresh = { mobile: li.mobile, pwd: 'another1', validateNum: await smsCodeOf(app, li) };
  await app.call('/chat/findPwd', fresh);
  expect((await app.call('/chat/doLogin', { mobie: li.mobile, pwd: md5Of('another1') })).code).toBe('-1');
  expect((await app.call('/chat/register', { ...fresh, validateNum: await smsCodeOf(app, li) })).code).toBe(
    '2',
  );
  expect((await wang.call('/chat/queryUser', { mobile: li.mobile })).data.info).toEqual([]);
  expect((await wang.call('/chat/requestFriend', { destId: li.id, destType: 1 })).code).toBe('-1');
  expect((await wang.call('/geo/findNearby', { lat: 39.9, lon: 116.4 })).data.list).toEqual([]);
  expect(await app.sql('SELECT * FROM push_devices')).toEqual([]);
  expect((await wang.call('/chat/ready')).code).toBe('1');

  const already = ['There is no such user, or it is so already.'];
  expect(await teahouse('users', 'disable', String(li.id))).toEqual(already);
  expect(await teahouse('users', 'enable', '999')).toEqual(already);
  expect(await teahouse('users', 'enable', String(li.id))).toEqual(['Done.']);
  expect(await ready(token)).toBe('601');
  expect((await app.call('/chat/doLogin', { mobie: li.mobile, pwd: md5Of('another1') })).code).toBe('1');
}, 60_000);

test('complaints wait for an operator, a line each whatever they say, until he closes them', async () => {
  await li.call('/chat/report', {
    destId: wang.id,
    destType: 0,
    msg: 'spam\n\u001b[2Jspam',
    imgs: '/upload/1.jpg',
  });
  app.clock.advance(1000);
  const groupId = (await wang.call('/chat/createGroup', { name: '茶', ids: '' })).data.id;
  await wang.call('/chat/report', { destId: groupId, destType: 1 });
  const [first = '', second = '', count] = await teahouse('reports', 'list');
  const date = '2026-11-22 20:00:0';
  expect(first.split('\t').slice(1)).toEqual([
    String(li.id),
    `user ${wang.id}`,
    'spam [2Jspam',
    '/upload/1.jpg',
    `${date}0`,
  ]);
  expect(second.split('\t').slice(1)).toEqual([String(wang.id), `group ${groupId}`, '', '', `${date}1`]);
  expect(count).toBe('2 waiting');
  const [id = ''] = first.split('\t');
  expect(await teahouse('reports', 'close', id)).toEqual(['Done.']);
  expect(await teahouse('reports', 'close', id)).toEqual(['No such report waits.']);
  expect(await teahouse('reports', 'list')).toEqual([second, '1 waiting']);
}, 60_000);

test.each([
  [['users', 'delete', '1'], /Say: admin users/],
  [['users', 'disable'], /Give the user’s number/],
  [['reports', 'close', '1 OR 1'], /Give the report’s number/],
  [['reports'], /Say: admin reports/],
])('admin %j says what to say instead', async (args, words) => {
  const { exit, lines } = await teahouseOn(database)('admin', ...args);
  expect([exit, lines.join('\n')]).toEqual([1, expect.stringMatching(words)]);
});
