import { beforeAll, describe, expect, test } from 'vitest';
import { expectRefusal, newPerson, type Person } from './support/client.ts';

let me: Person;
let other: Person;
beforeAll(async () => {
  [me, other] = await Promise.all([newPerson(), newPerson()]);
});

const thing = (content: string) => ({
  category: 1,
  content,
  fromId: other.id,
  fromName: other.name,
  fromHeadUrl: '',
});
const kept = async (who: Person) => (await who.call('/favorite/getFavorite')).data;

describe('what I keep', () => {
  test('is stored once by /favorite/addFavorite, however often it is sent at once', async () => {
    const add = () => me.call('/favorite/addFavorite', thing('喝茶去 "😀"'));
    const replies = await Promise.all(Array.from({ length: 8 }, add));
    expect(replies.filter(({ code }) => code === '1')).toHaveLength(1);
    expectRefusal(await add(), -1, '收藏失败，重复收藏');
    expect(await kept(me)).toMatchObject({
      pageNo: '1',
      pageSize: '20',
      totalCount: '1',
      totalPage: '1',
      list: [{ content: '喝茶去 "😀"', category: '1', fromId: String(other.id), userId: String(me.id) }],
    });
  });

  test('is refused when a parameter is wrong', async () => {
    const bad = { ...thing('x'), category: 0 };
    expectRefusal(await me.call('/favorite/addFavorite', bad), -1, '收藏失败，参数不正确');
    expectRefusal(await me.call('/favorite/getFavorite', { pageNo: 'x' }), -1);
  });

  test('goes by /favorite/delFavorite, for its owner alone', async () => {
    await other.call('/favorite/addFavorite', thing('我的'));
    const favoriteId = (await kept(other)).list[0].id;
    expectRefusal(await me.call('/favorite/delFavorite', { favoriteId }), -1, '删除失败');
    expect(await other.call('/favorite/delFavorite', { favoriteId })).toMatchObject({ code: '1' });
    expect((await kept(other)).totalCount).toBe('0');
  });
});
