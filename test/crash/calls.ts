import { parseYuan } from '../../src/core/fen.ts';
import { PAY_PASSWORD } from '../support/money.ts';
import type { Seeded } from '../support/seeded.ts';

/** Somebody who moves money, by index into the list of all. */
export interface Actor {
  readonly id: number;
  readonly token: string;
}

export type Params = Readonly<Record<string, string | number>>;

/** What the server answered. */
export interface Answer {
  readonly code: string;
  // biome-ignore lint/suspicious/noExplicitAny: each call reads what its own reply has
  readonly data: any;
}

/** One call under a key of its own, and what came of it. */
export interface MoneyCall {
  readonly who: Actor;
  readonly path: string;
  readonly params: Params;
  readonly key: string;
  /** What a success does to whose wallet, in fen. Asked once a success. */
  readonly effects: (data: Answer['data']) => readonly (readonly [user: number, fen: number])[];
  answer?: Answer;
}

/** What calls before this one have made, for others to take. */
export interface Known {
  readonly packets: string[];
  readonly transfers: { readonly id: string; readonly payee: number; readonly fen: number }[];
  readonly bills: AaBill[];
}

interface AaBill {
  readonly id: string;
  readonly payee: number;
  readonly share: string;
  readonly slots: number;
  paid: number;
}

const fenOf = (text: string): number => parseYuan(text) ?? Number.NaN;
const yuanOf = (fen: number) => (fen / 100).toFixed(2);
const payPwd = PAY_PASSWORD;
const LEVEL_FEN = 10_00;

type Draft = Omit<MoneyCall, 'key' | 'who'>;
type Draw = (
  random: Seeded,
  who: Actor,
  others: readonly Actor[],
  known: Known,
  group: number,
) => Draft | undefined;

const simple: readonly Draw[] = [
  (random, who) => {
    const fen = 1 + random.below(900_00);
    return { path: '/wallet/recharge', params: { amount: yuanOf(fen) }, effects: () => [[who.id, fen]] };
  },
  (random, who) => {
    const fen = 1 + random.below(300_00);
    const params = { amount: yuanOf(fen), payPwd };
    return { path: '/wallet/withdraw', params, effects: () => [[who.id, -fen]] };
  },
  (random, who, others) => {
    const fen = 1 + random.below(200_00);
    const dest = random.pick(others).id;
    const params = { destId: dest, amount: yuanOf(fen), payPwd };
    return {
      path: '/transfer/postPayment',
      params,
      effects: () => [
        [who.id, -fen],
        [dest, fen],
      ],
    };
  },
  (random, who, others) => {
    const fen = 1 + random.below(200_00);
    const params = { destId: random.pick(others).id, amount: yuanOf(fen), payPwd };
    return { path: '/transfer/createTransfer', params, effects: () => [[who.id, -fen]] };
  },
  (random, who, _, __, group) => {
    const count = 1 + random.below(6);
    const fen = count + random.below(100_00);
    const params = {
      redPacketCount: count,
      redPacketAmount: yuanOf(fen),
      destType: 2,
      destId: group,
      redPacketType: 1,
    };
    return { path: '/chat/sendRedPacket', params, effects: () => [[who.id, -fen]] };
  },
  (random, __, others, ___, group) => {
    const dest = random.chance(50)
      ? { destType: 0, destId: random.pick(others).id, counts: 2 }
      : { destType: 1, destId: group, counts: 4 };
    const params = { ...dest, totalAmount: yuanOf(4 + random.below(90_00)) };
    return { path: '/transfer/aaTrans', params, effects: () => [] };
  },
  (_, who, __, ___, group) => ({
    path: '/chat/payForGroupExt',
    params: { groupId: group, pwd: PAY_PASSWORD },
    effects: () => [[who.id, -LEVEL_FEN]],
  }),
];

const taking: readonly Draw[] = [
  (random, who, _, { packets }) => {
    if (packets.length === 0) return undefined;
    const redPacketId = random.pick(packets.slice(-20));
    return {
      path: '/chat/openRedPacket',
      params: { redPacketId },
      effects: ({ info }) => [[who.id, fenOf(info)]],
    };
  },
  (random, who, _, { transfers }) => {
    const mine = transfers.filter(({ payee }) => payee === who.id).slice(-10);
    if (mine.length === 0) return undefined;
    const { id, fen } = random.pick(mine);
    return { path: '/transfer/confirmTransfer', params: { transId: id }, effects: () => [[who.id, fen]] };
  },
  (random, who, _, { bills }) => {
    const others = bills.filter(({ payee }) => payee !== who.id).slice(-10);
    if (others.length === 0) return undefined;
    const bill = random.pick(others);
    const { id, payee, share, slots } = bill;
    const params = { destId: payee, transId: id, amount: share, payPwd };
    /** The last share, whichever it was, brings the organiser all of them. */
    const effects = () => {
      bill.paid += 1;
      const received = bill.paid === slots ? slots * fenOf(share) : 0;
      return [
        [who.id, -fenOf(share)],
        [payee, received],
      ] as const;
    };
    return { path: '/transfer/aaTransPay', params, effects };
  },
];

/** How many kinds of calls there are. */
export const KINDS = simple.length + taking.length;

/** Something that `who` might do with money now. */
export function drawCall(
  random: Seeded,
  who: Actor,
  everybody: readonly Actor[],
  known: Known,
  group: number,
): Draft {
  const others = everybody.filter(({ id }) => id !== who.id);
  const draw = random.chance(45) ? random.pick(taking) : random.pick(simple);
  return draw(random, who, others, known, group) ?? drawCall(random, who, everybody, known, group);
}

/** Remembers what a successful call has made for others to take. */
export function learn({ who, path, params }: MoneyCall, { code, data }: Answer, known: Known): void {
  if (code !== '1') return;
  if (path === '/chat/sendRedPacket') known.packets.push(data.info);
  if (path === '/transfer/createTransfer')
    known.transfers.push({
      id: data.id,
      payee: Number(params['destId']),
      fen: fenOf(String(params['amount'])),
    });
  if (path === '/transfer/aaTrans')
    known.bills.push({
      id: data.transId,
      payee: who.id,
      share: data.amt,
      slots: Number(params['counts']) - 1,
      paid: 0,
    });
}
