import { parseYuan } from '../../src/core/fen.ts';
import type { Params, Person } from '../support/app.ts';
import { PAY_PASSWORD } from '../support/money.ts';
import type { Seeded } from '../support/seeded.ts';
import type { Draft, World } from './world.ts';

/** Draws what `me` might do; undefined where there is nothing to do it to. */
export type Draw = (world: World, me: Person) => Draft | undefined;

export const recent = <Item>(random: Seeded, items: readonly Item[]): Item | undefined =>
  items.length === 0 ? undefined : random.pick(items.slice(-12));

const fenOf = (text: string): number => parseYuan(text) ?? Number.NaN;
const some = (random: Seeded, most: number) => 1 + random.below(most);
const yuanOf = (fen: number) => (fen / 100).toFixed(2);
/** Now and then somebody mistypes. */
const payPwd = (random: Seeded) => (random.chance(4) ? '000000' : PAY_PASSWORD);
const maybe = (random: Seeded, params: Params): Params => (random.chance(50) ? params : {});
const anybody = ({ random, people }: World) => random.pick(people);

/** What people do with money, each with how often. */
export const moneyActions: readonly (readonly [weight: number, draw: Draw])[] = [
  [
    10,
    ({ random }, me) => {
      const fen = some(random, 3000_00);
      return { path: '/wallet/recharge', params: { amount: yuanOf(fen) }, effects: () => [[me, fen]] };
    },
  ],
  [
    4,
    ({ random }, me) => {
      const fen = some(random, 300_00);
      const params = { amount: yuanOf(fen), ...maybe(random, { payPwd: payPwd(random) }) };
      return { path: '/wallet/withdraw', params, effects: () => [[me, -fen]] };
    },
  ],
  [
    6,
    (world, me) => {
      const [dest, fen] = [anybody(world), some(world.random, 200_00)];
      const params = { destId: dest.id, amount: yuanOf(fen), payPwd: payPwd(world.random) };
      return {
        path: '/transfer/postPayment',
        params,
        effects: () => [
          [me, -fen],
          [dest, fen],
        ],
      };
    },
  ],
  [
    8,
    (world, me) => {
      const { random, transfers, groups } = world;
      const [payee, fen] = [anybody(world), some(random, 200_00)];
      const groupId = random.chance(30) ? (recent(random, groups)?.id ?? 0) : 0;
      const params = { destId: payee.id, amount: yuanOf(fen), payPwd: payPwd(random), groupId };
      return {
        path: '/transfer/createTransfer',
        params,
        effects: () => [[me, -fen]],
        learn: ({ id }) => transfers.push({ id, payee, fen }),
      };
    },
  ],
  [
    8,
    ({ random, transfers }, me) => {
      const found = recent(random, transfers);
      if (!found) return undefined;
      const { id, payee, fen } = found;
      const who = random.chance(90) ? payee : me;
      return {
        who,
        path: '/transfer/confirmTransfer',
        params: { transId: id },
        effects: () => [[payee, fen]],
      };
    },
  ],
  [
    8,
    (world, me) => {
      const { random, packets, groups, people } = world;
      const group = random.chance(75) ? recent(random, groups) : undefined;
      const type = 1 + random.below(3);
      const count = group ? some(random, 5) : 1;
      const fen = count + random.below(100_00);
      const command = type === 3 ? '芝麻开门' : '';
      const guests = people.filter(() => random.chance(50)).map(({ id }) => id);
      const params = {
        redPacketCount: count,
        redPacketAmount: yuanOf(fen),
        redPacketType: type,
        destType: group ? 2 : 1,
        destId: group?.id ?? anybody(world).id,
        command,
        ...(group && random.chance(15) ? { limit: JSON.stringify(guests) } : {}),
        ...maybe(random, { payPwd: payPwd(random) }),
      };
      return {
        path: '/chat/sendRedPacket',
        params,
        effects: () => [[me, type === 2 ? -fen * count : -fen]],
        learn: ({ info }) => packets.push({ id: info, command }),
      };
    },
  ],
  [
    24,
    ({ random, packets }, me) => {
      const packet = recent(random, packets);
      if (!packet) return undefined;
      const command = random.chance(20) ? '错了' : packet.command;
      const params = { redPacketId: packet.id, ...maybe(random, { command }) };
      return { path: '/chat/openRedPacket', params, effects: ({ info }) => [[me, fenOf(info)]] };
    },
  ],
  [
    5,
    (world, me) => {
      const { random, bills, groups } = world;
      const group = random.chance(60) ? recent(random, groups) : undefined;
      const payer = group ? undefined : anybody(world);
      const params = {
        destType: group ? 1 : 0,
        destId: group?.id ?? payer?.id ?? 0,
        totalAmount: yuanOf(some(random, 100_00) + 3),
        counts: group ? some(random, 4) : some(random, 2),
      };
      return {
        path: '/transfer/aaTrans',
        params,
        learn: ({ transId, amt }) =>
          bills.push({ id: transId, payee: me, share: amt, ...(payer ? { payer } : {}) }),
      };
    },
  ],
  [
    14,
    ({ random, bills }, me) => {
      const bill = recent(random, bills);
      if (!bill) return undefined;
      const { id, payee, share, payer } = bill;
      const who = payer && random.chance(90) ? payer : me;
      const params = { destId: payee.id, transId: id, amount: share, payPwd: payPwd(random) };
      return {
        who,
        path: '/transfer/aaTransPay',
        params,
        effects: () => [[who, -fenOf(share)]],
      };
    },
  ],
  [
    5,
    ({ random, groups }, me) => {
      const group = recent(random, groups);
      if (!group) return undefined;
      const who = random.chance(85) ? group.owner : me;
      const level = 1 + random.below(4);
      const params = { groupId: group.id, pwd: payPwd(random), level };
      return { who, path: '/chat/payForGroupLevel', params, effects: () => [[who, -level * 10_00]] };
    },
  ],
  [
    3,
    ({ random, groups }, me) => {
      const group = recent(random, groups);
      if (!group) return undefined;
      const who = random.chance(85) ? group.owner : me;
      const params = { groupId: group.id, pwd: payPwd(random) };
      return {
        who,
        path: '/chat/payForGroupExt',
        params,
        effects: ({ level }) => [[who, -Number(level) * 10_00]],
      };
    },
  ],
  [
    12,
    ({ random, groups }) => {
      const group = recent(random, groups);
      return group && { path: '/chat/payForGroupJoin', params: { groupId: group.id, pwd: payPwd(random) } };
    },
  ],
  [
    5,
    ({ random, moments }, me) => {
      const moment = recent(random, moments);
      if (!moment) return undefined;
      const price = random.pick([0, 1, 1, 10, 7]);
      const key = price === 10 ? 'gift_002' : 'gift_001';
      const gift = price === 0 ? '很棒' : JSON.stringify({ key, price: yuanOf(price), name: '花' });
      return {
        path: '/feed/sendFeedGift',
        params: { destId: moment.author.id, feedId: moment.id, gift },
        effects: () => [
          [me, -price],
          [moment.author, price],
        ],
      };
    },
  ],
];
