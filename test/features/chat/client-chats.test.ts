import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Person, person, type TestApp, testApp } from '../../support/app.ts';

let app: TestApp;
let li: Person;
let wang: Person;
beforeEach(async () => {
  app = await testApp();
  [li, wang] = [await person(app, 'li'), await person(app, 'wang')];
});
afterEach(() => app.close());

const tip = (destId: number, receiveTip: number) =>
  li.call('/chat/setlgonre', { destType: 1, destId, receiveTip });
const remark = (destId: number, text: string) => li.call('/chat/updateRemark', { destId, remark: text });
const kept = async (who = li) => (await who.call('/chat/ready')).data.clientChats;

test('what an app keeps about its own chats is kept as asked, for its user alone', async () => {
  expect((await tip(21_499, 0)).code).toBe('1');
  expect((await remark(21_499, '文件')).code).toBe('1');
  expect((await remark(99_999, '通知')).code).toBe('1');
  expect((await tip(99_999, 0)).code).toBe('1');
  expect((await tip(99_999, 1)).code).toBe('1');
  expect(await kept()).toEqual([
    { id: '21499', receiveTip: '0', remark: '文件' },
    { id: '99999', receiveTip: '1', remark: '通知' },
  ]);
  expect(await kept(wang)).toEqual([]);
});

test('of a user that is no friend nothing is kept', async () => {
  expect((await tip(wang.id, 0)).code).toBe('-1');
  expect((await remark(wang.id, '王')).code).toBe('-1');
  expect(await kept()).toEqual([]);
});

test('a hundred chats are enough', async () => {
  for (let chat = 1; chat <= 100; chat += 1) expect((await tip(chat, 0)).code).toBe('1');
  expect((await tip(101, 0)).code).toBe('-1');
  expect((await tip(100, 1)).code).toBe('1');
  expect(await kept()).toHaveLength(100);
});
