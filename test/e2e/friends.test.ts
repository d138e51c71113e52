import { beforeAll, describe, expect, test } from 'vitest';
import { expectRefusal, newPerson, type Person } from './support/client.ts';

let me: Person;
let friend: Person;
let stranger: Person;

const ask = (from: Person, to: Person) => from.call('/chat/requestFriend', { destId: to.id, destType: 1 });
const accept = (by: Person, from: Person) => by.call('/chat/acceptRequest', { destId: from.id, destType: 1 });
const readyOf = async (person: Person) => (await person.call('/chat/ready')).data;
const friendsOf = async (person: Person) =>
  (await readyOf(person)).friendsInfo.map(({ id }: { id: string }) => Number(id));

beforeAll(async () => {
  [me, friend, stranger] = await Promise.all([newPerson('林一'), newPerson('王二'), newPerson('张三')]);
  expect(await ask(me, friend)).toMatchObject({ code: '1', data: { info: '完成' } });
  expect(await accept(friend, me)).toMatchObject({ code: '1', data: { id: String(me.id), isFriend: '1' } });
});

describe('friendship', () => {
  test('is mutual once the request is accepted', async () => {
    expect(await friendsOf(me)).toEqual([friend.id]);
    expect(await friendsOf(friend)).toEqual([me.id]);
  });

  test('is not asked of oneself and not accepted from who did not ask', async () => {
    expectRefusal(await ask(me, me), -1, '可能参数不对');
    expectRefusal(await accept(me, stranger), -1, '加好友失败');
  });

  test('begins at once with who needs not be asked: code 2', async () => {
    const open = await newPerson();
    await open.call('/chat/updatePrivateSetting', { needAuth: 0, newNotification: 1, searchMobile: 1 });
    const replies = await Promise.all(Array.from({ length: 8 }, () => ask(stranger, open)));
    expect(replies.filter(({ code }) => code === '2')).toHaveLength(1);
    expect(await friendsOf(open)).toEqual([stranger.id]);
  });

  test('ends for both by /chat/delFriend', async () => {
    const other = await newPerson();
    await ask(me, other);
    await accept(other, me);
    expect(await me.call('/chat/delFriend', { destId: other.id })).toMatchObject({ code: '1' });
    expect(await friendsOf(other)).toEqual([]);
    expect(await friendsOf(me)).toEqual([friend.id]);
    expectRefusal(await me.call('/chat/delFriend', { destId: 'x' }), -1, '获取失败');
  });
});

describe('what I keep about a friend', () => {
  test('/chat/updateRemark names him for me alone', async () => {
    expect(await me.call('/chat/updateRemark', { destId: friend.id, remark: '老王' })).toMatchObject({
      code: '1',
    });
    expect((await readyOf(me)).friendsInfo).toMatchObject([{ remark: '老王' }]);
    expect((await readyOf(friend)).friendsInfo).toMatchObject([{ remark: '' }]);
    expectRefusal(
      await me.call('/chat/updateRemark', { destId: stranger.id, remark: 'x' }),
      -1,
      '对方不是您的好友',
    );
  });

  test('/chat/setlgonre mutes him, by every spelling', async () => {
    const mute = { destType: 1, destId: friend.id };
    const tip = async () => (await readyOf(me)).friendsInfo[0].receiveTip;
    expect(await me.call('/chat/setlgonre', { ...mute, receiveTip: 0 })).toMatchObject({ code: '1' });
    expect(await tip()).toBe('0');
    expect(await me.call('/chat/setIgnore', { ...mute, receiveTip: 1 })).toMatchObject({ code: '1' });
    expect(await tip()).toBe('1');
    expect(await me.call('/chat/setIgonre', { ...mute, receiveTip: 0 })).toMatchObject({ code: '1' });
    expectRefusal(
      await me.call('/chat/setlgonre', { destType: 1, destId: stranger.id }),
      -1,
      '对方不是您的好友',
    );
  });

  test('/chat/setTop keeps him at the top, and /chat/candleTop lets him go', async () => {
    const conversation = { destType: 1, destId: friend.id };
    expect(await me.call('/chat/setTop', conversation)).toMatchObject({ code: '1' });
    expect((await readyOf(me)).topList).toMatchObject([{ destId: String(friend.id), destType: '1' }]);
    expect(await me.call('/chat/candleTop', conversation)).toMatchObject({ code: '1' });
    expect((await readyOf(me)).topList).toEqual([]);
    // A pin is private, so that a stranger may have one; nobody at all may not.
    expectRefusal(await me.call('/chat/setTop', { destType: 1, destId: 999_999_999 }), -1);
    expectRefusal(await me.call('/chat/candleTop', { destType: 3, destId: friend.id }), -1);
  });
});

describe('a block', () => {
  test('stops requests until it is taken back', async () => {
    const { id } = stranger;
    expect(await me.call('/chat/setBlock', { blockId: id })).toMatchObject({ code: '1' });
    expect((await me.call('/chat/getBlackList')).data).toMatchObject([{ id: String(id) }]);
    expectRefusal(await ask(stranger, me), -1, '可能参数不对');
    expect(await me.call('/chat/removeBlack', { destId: id })).toMatchObject({ code: '1' });
    expect((await me.call('/chat/getBlackList')).data).toEqual([]);
    expect(await ask(stranger, me)).toMatchObject({ code: '1' });
  });

  test('is refused of nobody', async () => {
    expectRefusal(await me.call('/chat/setBlock', { blockId: 999_999_999_999 }), -1, '用户不存在');
    expectRefusal(await me.call('/chat/removeBlack', { destId: 0 }), -1);
  });
});
