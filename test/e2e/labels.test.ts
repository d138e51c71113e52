import { beforeAll, describe, expect, test } from 'vitest';
import { expectRefusal, newPerson, type Person } from './support/client.ts';

let me: Person;
let wang: Person;
let zhao: Person;
let stranger: Person;

beforeAll(async () => {
  // One after another: members are listed by their ids.
  wang = await newPerson('王');
  zhao = await newPerson('赵');
  [me, stranger] = await Promise.all([newPerson(), newPerson()]);
  for (const friend of [wang, zhao]) {
    await friend.call('/chat/requestFriend', { destId: me.id, destType: 1 });
    expect((await me.call('/chat/acceptRequest', { destId: friend.id, destType: 1 })).code).toBe('1');
  }
});

const make = async (markName: string, ...friends: Person[]): Promise<string> => {
  const friendIds = friends.map(({ id }) => id).join(',');
  const { code, data } = await me.call('/chat/addMark', { markName, friendIds });
  expect(code).toBe('1');
  return data.id;
};
const membersOf = async (markId: string) =>
  (await me.call('/chat/userMarkFriend', { markId })).data.map(({ name }: { name: string }) => name).sort();

describe('a label', () => {
  test('is made with friends under it, and shown with them', async () => {
    const markId = await make('同事', wang, zhao);
    const { data } = await me.call('/chat/userMarks');
    expect(data).toMatchObject([{ markId, markName: '同事', users: [{ name: '王' }, { name: '赵' }] }]);
    expect((await me.call('/chat/getUserById', { destId: wang.id })).data.marks).toBe('同事');
    expect((await me.call('/chat/userFriendMark', { friendId: wang.id })).data).toEqual([
      { markId, markName: '同事' },
    ]);
    expect((await wang.call('/chat/userMarks')).data).toEqual([]);
  });

  test('is refused without a name, with one that is taken, and with strangers', async () => {
    await make('家人', wang);
    const add = (markName: string, friend: Person) =>
      me.call('/chat/addMark', { markName, friendIds: friend.id });
    expectRefusal(await add(' ', wang), -1, '标签名称不能为空');
    expectRefusal(await add('家人', wang), -1, '标签名称已存在');
    expectRefusal(await add('球友', stranger), -1, '添加失败');
  });

  test('is one, however often it is made at once', async () => {
    const add = () => me.call('/chat/addMark', { markName: '抢', friendIds: wang.id });
    const replies = await Promise.all(Array.from({ length: 8 }, add));
    expect(replies.filter(({ code }) => code === '1')).toHaveLength(1);
  });

  test('is renamed and filled anew by its owner alone', async () => {
    const markId = await make('旧', wang);
    const change = { markId, markName: '新', friendIds: zhao.id };
    expectRefusal(await wang.call('/chat/updateMark', change), -1, '修改失败');
    expect(await me.call('/chat/updateMark', change)).toMatchObject({ code: '1', data: { markName: '新' } });
    expect(await membersOf(markId)).toEqual(['赵']);
  });

  test('takes friends in by either set of parameters, and lets one go', async () => {
    const markId = await make('茶', wang);
    const one = { friendId: zhao.id, markIds: markId };
    expect(await me.call('/chat/addFriendMark', one)).toMatchObject({ code: '1' });
    expect(await membersOf(markId)).toEqual(['王', '赵'].sort());
    const gone = { markId, friendId: wang.id };
    expect(await me.call('/chat/removeMarkFriend', gone)).toMatchObject({ code: '1' });
    expectRefusal(await me.call('/chat/removeMarkFriend', gone), -1, '移除失败');
    const many = { markId, friendIds: `${wang.id},${zhao.id}` };
    expect(await me.call('/chat/addFriendToMark', many)).toMatchObject({ code: '1' });
    expect(await membersOf(markId)).toEqual(['王', '赵'].sort());
    expectRefusal(await me.call('/chat/addFriendMark', { ...one, friendId: stranger.id }), -1, '添加失败');
    expectRefusal(await me.call('/chat/addFriendMark', { markId }), -1, '添加失败');
  });

  test('is deleted by its owner alone, and then shown nowhere', async () => {
    const markId = await make('散', wang);
    expectRefusal(await zhao.call('/chat/removeMark', { markId }), -1, '删除失败');
    expect(await me.call('/chat/removeMark', { markId })).toMatchObject({ code: '1' });
    expectRefusal(await me.call('/chat/userMarkFriend', { markId }), -1, '获取失败');
  });
});
