import { beforeAll, describe, expect, test } from 'vitest';
import { expectRefusal, newPerson, type Person } from './support/client.ts';

let me: Person;
let other: Person;
beforeAll(async () => {
  [me, other] = await Promise.all([newPerson('陆羽'), newPerson('皎然')]);
});

const myInfo = async () => (await me.call('/chat/ready')).data.myInfo;

describe('/chat/updatePrivateSetting', () => {
  test('keeps the three switches', async () => {
    const settings = { needAuth: 0, newNotification: 0, searchMobile: 1 };
    expect(await me.call('/chat/updatePrivateSetting', settings)).toMatchObject({ code: '1' });
    expect(await myInfo()).toMatchObject({ needAuth: '0', newNotification: '0', searchMobile: '1' });
  });

  test('refuses what is no switch, and keeps what was', async () => {
    const before = await myInfo();
    const settings = { needAuth: 2, newNotification: 1, searchMobile: 1 };
    expectRefusal(await me.call('/chat/updatePrivateSetting', settings), -1);
    expect(await myInfo()).toEqual(before);
  });
});

describe('/chat/updateHead', () => {
  test('changes my picture for everybody', async () => {
    const headUrl = 'https://example.com/head.png';
    expect(await me.call('/chat/updateHead', { headUrl })).toMatchObject({ code: '1' });
    const seen = await other.call('/chat/getUserById', { destId: me.id });
    expect(seen.data.headUrl).toBe(headUrl);
  });

  test('refuses what is no address', async () => {
    expectRefusal(await me.call('/chat/updateHead', { headUrl: 'javascript:alert(1)' }), -1, '更新失败');
    expectRefusal(await me.call('/chat/updateHead'), -1, '更新失败');
  });
});

describe('/chat/queryUser', () => {
  test('finds a person by the whole number, unless he does not want it', async () => {
    const find = async () => (await me.call('/chat/queryUser', { mobile: other.mobile })).data.info;
    const settings = { needAuth: 1, newNotification: 1 };
    await other.call('/chat/updatePrivateSetting', { ...settings, searchMobile: 1 });
    expect(await find()).toMatchObject([{ id: String(other.id) }]);
    await other.call('/chat/updatePrivateSetting', { ...settings, searchMobile: 0 });
    expect(await find()).toEqual([]);
  });

  test('finds a person by the number of the account', async () => {
    const { data } = await me.call('/chat/queryUser', { mobile: other.id });
    expect(data.info).toMatchObject([{ id: String(other.id), mobile: '' }]);
  });

  test('refuses an empty search', async () => {
    expectRefusal(await me.call('/chat/queryUser', { mobile: '' }), -1);
  });
});

describe('/chat/getUserById', () => {
  test('shows others without their whole number', async () => {
    const { code, data } = await me.call('/chat/getUserById', { destId: other.id });
    expect(code).toBe('1');
    expect(JSON.stringify(data)).not.toContain(other.mobile);
    expect(data).toMatchObject({ id: String(other.id) });
  });

  test('refuses who does not exist', async () => {
    expectRefusal(await me.call('/chat/getUserById', { destId: 999_999_999_999 }), -1, '用户不存在');
    expectRefusal(await me.call('/chat/getUserById', { destId: '1 OR 1=1' }), -1, '发生异常');
  });
});

describe('/chat/updateProfile', () => {
  test('changes what is sent and keeps the rest', async () => {
    await me.call('/chat/updateProfile', { nickName: '茶圣🍵', city: '湖州' });
    const { data } = await me.call('/chat/updateProfile', { sign: '一日不可无此君' });
    expect(data).toMatchObject({ nickName: '茶圣🍵', city: '湖州', sign: '一日不可无此君' });
    expect((await other.call('/chat/getUserById', { destId: me.id })).data.nickName).toBe('茶圣🍵');
  });

  test('refuses a name that is too long, and changes nothing', async () => {
    const before = await myInfo();
    expectRefusal(
      await me.call('/chat/updateProfile', { nickName: 'x'.repeat(51), city: 'y' }),
      -1,
      '更新失败',
    );
    expect(await myInfo()).toEqual(before);
  });
});

describe('/user/setMsgSkin', () => {
  test('keeps both skins', async () => {
    expect(await me.call('/user/setMsgSkin', { skin: 'green', msgSkin: 'bamboo' })).toMatchObject({
      code: '1',
    });
    expect(await myInfo()).toMatchObject({ skin: 'green', msgSkin: 'bamboo' });
  });

  test('refuses a skin that is too long', async () => {
    expectRefusal(await me.call('/user/setMsgSkin', { skin: 'x'.repeat(1001) }), -1, '设置失败');
    expect(await myInfo()).toMatchObject({ skin: 'green' });
  });
});
