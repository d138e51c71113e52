import { describe, expect, test } from 'vitest';
import { befriend, expectRefusal, newPerson, type Person } from './support/client.ts';

const cents = (text: string) => Math.round(Number(text) * 100);

/** A funded sender, and two friends of his in a group. */
async function teaParty() {
  const [host, guest, other] = await Promise.all([newPerson('东家'), newPerson('客人'), newPerson('茶友')]);
  await befriend(host, guest);
  await befriend(host, other);
  const made = await host.call('/chat/createGroup', { name: '茶会', ids: `${guest.id},${other.id}` });
  expect((await host.call('/wallet/recharge', { amount: '100.00' })).code).toBe('1');
  return { host, guest, other, group: Number(made.data.id) };
}

const balanceOf = async (who: Person) => cents((await who.call('/wallet/getBalance')).data);

describe('red packets', () => {
  test('for a group are taken once by each, to the last fen', async () => {
    const { host, guest, other, group } = await teaParty();
    const packet = {
      redPacketCount: 2,
      redPacketAmount: '8.88',
      destType: 2,
      destId: group,
      redPacketType: 1,
    };
    const sent = await host.call('/chat/sendRedPacket', packet);
    expect(sent.code).toBe('1');
    expect(await balanceOf(host)).toBe(10_000 - 888);
    const redPacketId = sent.data.info;
    const rush = [guest, guest, other, other, host, host].map((who) =>
      who.call('/chat/openRedPacket', { redPacketId }),
    );
    const replies = await Promise.all(rush);
    const won = replies.filter(({ code }) => code === '1');
    expect(won.reduce((sum, { data }) => sum + cents(data.info), 0)).toBe(888);
    expect(won).toHaveLength(2);
    const history = await other.call('/chat/getRedPacketHistory', { redPacketId });
    expect(history.data).toMatchObject({ redPacket: { id: redPacketId, status: '2', name: '东家' } });
    expect(history.data.redPacketHistory).toHaveLength(2);
  });

  test('for a friend are his alone, and nobody else’s to look at', async () => {
    const { host, guest, other } = await teaParty();
    const packet = {
      redPacketCount: 1,
      redPacketAmount: '1',
      destType: 1,
      destId: guest.id,
      redPacketType: 2,
    };
    const redPacketId = (await host.call('/chat/sendRedPacket', packet)).data.info;
    expectRefusal(await other.call('/chat/openRedPacket', { redPacketId }), 3, '已经被领完');
    expectRefusal(await other.call('/chat/getRedPacketHistory', { redPacketId }), -1, '发生查看红包历史异常');
    expect(await guest.call('/chat/openRedPacket', { redPacketId })).toMatchObject({
      code: '1',
      data: { info: '1.00' },
    });
    expectRefusal(await guest.call('/chat/openRedPacket', { redPacketId }), 2, '你已经领取过');
    expect(await balanceOf(guest)).toBe(100);
  });

  test('are sent once under one key, and not beyond the wallet, nor to strangers', async () => {
    const { host, guest } = await teaParty();
    const stranger = await newPerson('路人');
    const packet = {
      redPacketCount: 1,
      redPacketAmount: '60',
      destType: 1,
      destId: guest.id,
      redPacketType: 1,
    };
    const keyed = () => host.call('/chat/sendRedPacket', packet, { headers: { 'idempotency-key': 'k1' } });
    const replies = await Promise.all([keyed(), keyed(), keyed()]);
    expect(new Set(replies.map(({ data }) => data.info)).size).toBe(1);
    expect(await balanceOf(host)).toBe(4000);
    expectRefusal(await host.call('/chat/sendRedPacket', packet), -1, '红包发送失败');
    expectRefusal(
      await host.call('/chat/sendRedPacket', { ...packet, redPacketAmount: '1', destId: stranger.id }),
      -1,
    );
    expectRefusal(await stranger.call('/chat/openRedPacket', { redPacketId: 12345 }), 5, '红包不存在');
  });
});
