import { expect } from 'vitest';
import type { Params } from '../support/client.ts';
import { type Name, PAY_PASSWORD } from './cast.ts';
import { type Evening, each, type Told, told } from './evening.ts';
import { MEMBERS } from './group.ts';
import { fenOf } from './purses.ts';

const FEE = '12.50';
const LEVEL_PRICE = '10.00';

/** A group that costs a fee: the owner is paid, the newcomer let in, the members told of him. */
export async function joinForFee(evening: Evening): Promise<void> {
  const { group, purses } = evening;
  const level = { groupId: group, level: 1, pwd: PAY_PASSWORD };
  await evening.step(
    () => evening.does('林', '/chat/payForGroupLevel', level),
    each(MEMBERS, told(65, '林', { groupId: group, userId: evening.id('林') })),
  );
  purses.pays('林', LEVEL_PRICE);
  const mode = { groupId: group, status: 6, fee: FEE };
  await evening.step(() => evening.does('林', '/chat/updateJoinstatus', mode));
  const newcomer = told(8, '杨', { name: '杨' });
  await evening.step(
    () => evening.does('杨', '/chat/payForGroupJoin', { groupId: group, pwd: PAY_PASSWORD }),
    {
      ...each(MEMBERS, newcomer),
      林: [newcomer, told(39, '杨', { amt: 12.5 })],
      杨: [told(60, '林', { groupId: group, groupName: '夜茶会', adminId: evening.id('林') })],
    },
  );
  purses.pays('杨', FEE);
  purses.gets('林', FEE);
}

/** Opens a packet; answers with the share, or nothing with this code. */
async function opens(evening: Evening, who: Name, redPacketId: string, code = '1') {
  const reply = await evening.guest(who).person.call('/chat/openRedPacket', { redPacketId });
  expect([code, '3']).toContain(reply.code);
  if (reply.code !== '1') return undefined;
  evening.purses.gets(who, reply.data.info);
  return { who, fen: fenOf(reply.data.info) };
}

/** A packet for everybody, and four who want one of three shares at once. */
export async function rushForPacket(evening: Evening): Promise<void> {
  const all = [...MEMBERS, '杨'] as const;
  const packet = { redPacketCount: 3, redPacketAmount: '9.99', redPacketType: 1, redPacketContent: '晚安' };
  const { info: redPacketId } = await evening.step(
    () => evening.does('陈', '/chat/sendRedPacket', { ...packet, destType: 2, destId: evening.group }),
    ({ info }) => each(all, told(17, '陈', { redPacketId: Number(info), msg: '晚安', redPacketType: '1' })),
  );
  evening.purses.pays('陈', '9.99');
  const takers = ['林', '王', '赵', '刘'] as const;
  const shares = await evening.step(
    async () => {
      const tries = await Promise.all(takers.map((who) => opens(evening, who, redPacketId)));
      return tries.filter((share) => share !== undefined);
    },
    (won) => {
      // The last share is told of twice, by whoever opened it; the order of the others is theirs.
      const opened = won.map(({ who }): Told => told(19, who, { redPacketId: Number(redPacketId) }));
      return { 陈: [...opened, { type: 24, content: { redPacketId: Number(redPacketId) } }] };
    },
    'in any order',
  );
  expect(shares).toHaveLength(3);
  expect(shares.reduce((sum, { fen }) => sum + fen, 0)).toBe(999);
  expect(evening.heardBy('陈').at(-1)).toMatchObject({ type: 24 });
}

/** A packet in the group for two of its members, and one for a friend alone. */
export async function addressPackets(evening: Evening): Promise<void> {
  const all = [...MEMBERS, '杨'] as const;
  const send = (params: Params) =>
    evening.does('林', '/chat/sendRedPacket', { redPacketType: 2, redPacketAmount: '1.00', ...params });
  const limit = JSON.stringify([evening.id('赵'), evening.id('刘')]);
  const inGroup = await evening.step(
    () => send({ redPacketCount: 2, destType: 2, destId: evening.group, limit }),
    ({ info }) => each(all, told(17, '林', { redPacketId: Number(info) })),
  );
  evening.purses.pays('林', '2.00');
  await evening.step(() => evening.does('王', '/chat/openRedPacket', { redPacketId: inGroup.info }, '4'));
  const opened = (id: string) => ({ redPacketId: Number(id) });
  await evening.step(() => opens(evening, '赵', inGroup.info), {
    林: [told(19, '赵', opened(inGroup.info))],
  });
  await evening.step(() => opens(evening, '刘', inGroup.info), {
    林: [told(19, '刘', opened(inGroup.info)), told(24, '刘', opened(inGroup.info))],
  });
  const own = await evening.step(
    () => send({ redPacketCount: 1, destType: 1, destId: evening.id('杨') }),
    ({ info }) => ({ 杨: [told(17, '林', opened(info))] }),
  );
  evening.purses.pays('林', '1.00');
  await evening.step(() => opens(evening, '杨', own.info), { 林: [told(19, '杨', opened(own.info))] });
}

/** A transfer waits until it is confirmed; who is paid by his receipt code learns it at once. */
export async function transfer(evening: Evening): Promise<void> {
  const { purses } = evening;
  const params = { destId: evening.id('王'), amount: '20.5', payPwd: PAY_PASSWORD, msg: '茶钱' };
  const card = (id: string) => ({ transId: Number(id), msg: '茶钱', amount: '20.50' });
  const { id } = await evening.step(
    () => evening.does('林', '/transfer/createTransfer', params),
    (sent) => ({ 王: [told(18, '林', card(sent.id))] }),
  );
  purses.pays('林', '20.50');
  await evening.step(() => evening.does('王', '/transfer/confirmTransfer', { transId: id }), {
    林: [told(20, '王', card(id))],
  });
  purses.gets('王', '20.50');
  const payment = { destId: evening.id('杨'), amount: '7', payPwd: PAY_PASSWORD };
  await evening.step(() => evening.does('刘', '/transfer/postPayment', payment), {
    杨: [told(39, '刘', { amt: 7 })],
  });
  purses.pays('刘', '7.00');
  purses.gets('杨', '7.00');
}

/** A bill for two: shown by the one who asks, paid by the other, and then the money has arrived. */
export async function shareBill(evening: Evening): Promise<void> {
  const { purses } = evening;
  const asked = { destType: 0, destId: evening.id('王'), totalAmount: '9', counts: 2, msg: '夜宵' };
  const bill = await evening.step(() => evening.does('赵', '/transfer/aaTrans', asked));
  expect(bill).toMatchObject({ totalAmt: '9.00', amt: '4.50' });
  const shown = {
    fromType: 1,
    destId: evening.id('王'),
    messageType: 40,
    content: JSON.stringify(bill),
  } as const;
  await evening.step(
    async () => expect(await evening.device('赵').say(shown)).toBe(1),
    each(['王', '赵'], told(40, '赵', { transId: bill.transId, amt: '4.50' })),
  );
  const share = { destId: evening.id('赵'), amount: bill.amt, payPwd: PAY_PASSWORD, transId: bill.transId };
  await evening.step(() => evening.does('王', '/transfer/aaTransPay', share), {
    赵: [told(39, undefined, { amt: 4.5 })],
  });
  purses.pays('王', '4.50');
  purses.gets('赵', '4.50');
}
