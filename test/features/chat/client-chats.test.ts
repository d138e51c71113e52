import { expect } from 'vitest';
import { appTest } from '../../support/app-test.ts';

const test = appTest()
  .extend(
    'tip',
    ({ li }) =>
      (destId: number, receiveTip: number) =>
        li.call('/chat/setlgonre', { destType: 1, destId, receiveTip }),
  )
  .extend(
    'remark',
    ({ li }) =>
      (destId: number, text: string) =>
        li.call('/chat/updateRemark', { destId, remark: text }),
  )
  .extend(
    'kept',
    ({ li }) =>
      async (who = li) =>
        (await who.call('/chat/ready')).data.clientChats,
  );

test('what an app keeps about its own chats is kept as asked, for its user alone', async ({
  wang,
  tip,
  remark,
  kept,
}) => {
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

test('of a user that is no friend nothing is kept', async ({ wang, tip, remark, kept }) => {
  expect((await tip(wang.id, 0)).code).toBe('-1');
  expect((await remark(wang.id, '王')).code).toBe('-1');
  expect(await kept()).toEqual([]);
});

test('a hundred chats are enough', async ({ tip, kept }) => {
  for (let chat = 1; chat <= 100; chat += 1) expect((await tip(chat, 0)).code).toBe('1');
  expect((await tip(101, 0)).code).toBe('-1');
  expect((await tip(100, 1)).code).toBe('1');
  expect(await kept()).toHaveLength(100);
});
