import { describe, expect } from 'vitest';
import { appTest } from '../../support/app-test.ts';

const test = appTest();

describe('report', () => {
  test('files a complaint about a user with date texts of China', async ({ li, wang }) => {
    const reply = await li.call('/chat/report', {
      destId: wang.id,
      destType: 0,
      msg: '骚扰',
      imgs: 'https://e.com/1.jpg',
    });
    const date = '2026-11-22 20:00:00';
    const row = {
      userId: String(li.id),
      destId: String(wang.id),
      destType: '0',
      report_msg: '骚扰',
      report_imgs: 'https://e.com/1.jpg',
    };
    expect(reply).toMatchObject({
      code: '1',
      data: { info: { ...row, status: '0', createTime: date, updateTime: date } },
    });
  });

  test.for([
    { destId: 5, destType: 0 },
    { destId: 5, destType: 1 },
    { destId: 'x', destType: 0 },
    { destId: 100000, destType: 7 },
  ])('refuses %o and writes nothing', async (params, { app, li }) => {
    expect(await li.call('/chat/report', params)).toMatchObject({
      code: '-1',
      data: { info: '举报发送失败' },
    });
    expect(await app.sql('SELECT * FROM reports')).toEqual([]);
  });
});
