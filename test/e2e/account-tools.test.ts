import { beforeAll, describe, expect, test } from 'vitest';
import { call, expectRefusal, newPerson, type Person } from './support/client.ts';

let me: Person;
let other: Person;
beforeAll(async () => {
  [me, other] = await Promise.all([newPerson(), newPerson()]);
});

describe('/chat/ready', () => {
  test('has everything that an app starts with', async () => {
    const { code, data } = await me.call('/chat/ready', { token: me.token });
    expect(code).toBe('1');
    expect(data).toMatchObject({
      myInfo: { id: String(me.id), mobile: expect.stringContaining(me.mobile), pwd: '' },
      firendsInfo: [],
      friendsInfo: [],
      groupsInfo: [],
      topList: [],
      marksInfo: [],
      payInfo: '',
    });
  });

  test('refuses a user who is not the caller', async () => {
    expectRefusal(await me.call('/chat/ready', { userId: other.id }), 403, '无权操作');
  });
});

describe('/getVersion', () => {
  test('tells of a newer release, to anybody', async () => {
    const { code, data } = await call('/getVersion', { device: 1, curversion: '0.0.1' }, { method: 'GET' });
    expect(code).toBe('1');
    expect(data).toMatchObject({ device: '1', versions: expect.stringMatching(/^\d+(\.\d+)+$/) });
  });

  test('refuses when there is none', async () => {
    expectRefusal(await call('/getVersion', { device: 1, curversion: '999.0.0' }), -1, '已经是最新版本');
    expectRefusal(await call('/getVersion', { device: 'phone' }), -1);
  });
});

describe('/chat/bindXgToken', () => {
  test('keeps a device, whose own token is the parameter', async () => {
    const device = { token: `push-${me.id}`, device: 1, provider: 'jpush', appVersion: '3.9.9' };
    expect(await me.call('/chat/bindXgToken', device)).toMatchObject({
      code: '1',
      data: { info: '绑定成功' },
    });
    expect(await other.call('/chat/bindXgToken', device)).toMatchObject({ code: '1' });
  });

  test('refuses a device without a token, and takes no session from it', async () => {
    expectRefusal(await me.call('/chat/bindXgToken', { device: 1 }), -1, '绑定失败');
    expectRefusal(await call('/chat/bindXgToken', { token: me.token, device: 1 }), 601);
  });
});

describe('/user/setMsgAlert', () => {
  test('takes a reminder for later, and the same call again only once', async () => {
    const inAnHour = Math.floor(Date.now() / 1000) + 3600;
    const params = { content: '喝茶', seconds: inAnHour };
    const options = { headers: { 'idempotency-key': `alert-${me.id}` } };
    const first = await me.call('/user/setMsgAlert', params, options);
    expect(first).toMatchObject({ code: '1', data: { info: '设置成功！' } });
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    const again = await me.call('/user/setMsgAlert', params, options);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expectRefusal(await me.call('/user/setMsgAlert', { ...params, content: '别的' }, options), -1);
  });

  test('refuses a time that has passed', async () => {
    const passed = { content: '喝茶', seconds: Math.floor(Date.now() / 1000) - 60 };
    expectRefusal(await me.call('/user/setMsgAlert', passed), -1, '提醒时间不许大于当前时间');
  });
});

describe('/chat/report', () => {
  test('files a complaint about a user', async () => {
    const { code, data } = await me.call('/chat/report', { destId: other.id, destType: 0, msg: '广告' });
    expect(code).toBe('1');
    expect(data.info).toMatchObject({
      userId: String(me.id),
      destId: String(other.id),
      report_msg: '广告',
      createTime: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
    });
  });

  test('refuses one about nobody', async () => {
    const nobody = { destId: 999_999_999_999, destType: 0, msg: '广告' };
    expectRefusal(await me.call('/chat/report', nobody), -1, '举报发送失败');
  });
});
