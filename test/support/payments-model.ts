import fc from 'fast-check';

/** What the money of a few people should be after what they did: nothing but maps and numbers, in fen. */

export const PEOPLE = 4;
export const START_FEN = 5000;
export const DAY = 24 * 3600 * 1000;
/** Friends by place; 3 is a friend of 2 alone. */
export const FRIENDS = [
  [0, 1],
  [1, 2],
  [2, 3],
  [0, 2],
] as const;
/** Members of the one group; 3 is in it, 2 is not. */
export const MEMBERS = [0, 1, 3];

const who = fc.nat(PEOPLE - 1);
const amount = fc.oneof(fc.integer({ min: 1, max: 900 }), fc.constantFrom(1, START_FEN, START_FEN + 1));
const copies = fc.integer({ min: 1, max: 3 });
const common = { copies, keyed: fc.boolean() };

/** Which of the records there are: `nth` round and round; 0 where there is none. */
export const placeOf = (nth: number, records: readonly unknown[]): number =>
  nth % Math.max(1, records.length);

/** Who acts on a record: mostly the one whom it is for. */
const actor = fc.oneof(
  { weight: 3, arbitrary: fc.constant('addressee' as const) },
  { weight: 1, arbitrary: who },
);
const weighted = <T>(weight: number, arbitrary: fc.Arbitrary<T>) => ({ weight, arbitrary });

export const step = fc.oneof(
  weighted(
    4,
    fc.record({
      do: fc.constant('send' as const),
      from: who,
      to: who,
      amount,
      inGroup: fc.boolean(),
      ...common,
    }),
  ),
  weighted(4, fc.record({ do: fc.constant('confirm' as const), by: actor, nth: fc.nat(40), ...common })),
  weighted(2, fc.record({ do: fc.constant('pay' as const), from: who, to: who, amount, ...common })),
  weighted(
    3,
    fc.record({
      do: fc.constant('ask' as const),
      by: who,
      to: who,
      inGroup: fc.boolean(),
      amount,
      counts: fc.integer({ min: 1, max: 4 }),
    }),
  ),
  weighted(
    5,
    fc.record({
      do: fc.constant('share' as const),
      by: actor,
      nth: fc.nat(40),
      more: fc.constantFrom(0, 0, 0, 1),
      ...common,
    }),
  ),
  weighted(1, fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1, DAY / 2, DAY - 1, DAY) })),
  weighted(2, fc.record({ do: fc.constant('jobs' as const), copies })),
  weighted(1, fc.record({ do: fc.constant('block' as const), by: who, whom: who, on: fc.boolean() })),
);
export type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

interface Transfer {
  readonly from: number;
  readonly to: number;
  readonly amount: number;
  readonly expiresAt: number;
  status: '1' | '2' | '3';
}
interface Bill {
  readonly by: number;
  readonly to: number | 'group';
  readonly share: number;
  readonly slots: number;
  readonly expiresAt: number;
  readonly paid: Set<number>;
  isGivenBack: boolean;
}

export class PaymentsModel {
  now = 0;
  readonly wallets: number[] = Array.from({ length: PEOPLE }, () => START_FEN);
  readonly transfers: Transfer[] = [];
  readonly bills: Bill[] = [];
  private readonly blocks = new Set<string>();

  private mayPay(from: number, to: number, fen: number): boolean {
    const blocked = this.blocks.has(`${from}>${to}`) || this.blocks.has(`${to}>${from}`);
    return from !== to && !blocked && (this.wallets[from] ?? 0) >= fen;
  }
  private move(from: number | undefined, to: number | undefined, fen: number): void {
    if (from !== undefined) this.wallets[from] = (this.wallets[from] ?? 0) - fen;
    if (to !== undefined) this.wallets[to] = (this.wallets[to] ?? 0) + fen;
  }
  private areFriends = (a: number, b: number) =>
    FRIENDS.some(([x, y]) => (x === a && y === b) || (x === b && y === a));
  private inGroup = (...people: number[]) => people.every((each) => MEMBERS.includes(each));

  send(from: number, to: number, fen: number, inGroup: boolean): boolean {
    const known = inGroup ? this.inGroup(from, to) : this.areFriends(from, to);
    if (!known || !this.mayPay(from, to, fen)) return false;
    this.move(from, undefined, fen);
    this.transfers.push({ from, to, amount: fen, expiresAt: this.now + DAY, status: '1' });
    return true;
  }
  /** The place of who acts on a transfer, or on a bill. */
  payee = (by: number | 'addressee', nth: number): number =>
    by === 'addressee' ? (this.transfers[nth]?.to ?? 0) : by;
  payer(by: number | 'addressee', nth: number): number {
    const bill = this.bills[nth];
    if (by !== 'addressee') return by;
    if (bill?.to !== 'group') return bill?.to ?? 0;
    return MEMBERS.find((each) => each !== bill.by && !bill.paid.has(each)) ?? 0;
  }

  confirm(by: number, nth: number): boolean {
    const transfer = this.transfers[nth];
    if (transfer?.status !== '1' || transfer.to !== by || this.now >= transfer.expiresAt) return false;
    transfer.status = '2';
    this.move(undefined, by, transfer.amount);
    return true;
  }
  pay(from: number, to: number, fen: number): boolean {
    if (!this.mayPay(from, to, fen)) return false;
    this.move(from, to, fen);
    return true;
  }
  ask(by: number, to: number | 'group', total: number, counts: number): boolean {
    const known =
      to === 'group' ? this.inGroup(by) : this.areFriends(by, to) && counts <= 2 && this.mayPay(by, to, 0);
    if (!known || total < counts) return false;
    const slots = Math.max(1, counts - 1);
    const share = Math.ceil(total / counts);
    if (share * slots > total) return false;
    this.bills.push({ by, to, share, slots, expiresAt: this.now + DAY, paid: new Set(), isGivenBack: false });
    return true;
  }
  share(by: number, nth: number, fen: number): boolean {
    const bill = this.bills[nth];
    if (!bill || fen !== bill.share || bill.paid.has(by) || bill.paid.size >= bill.slots) return false;
    const asked = bill.to === 'group' ? this.inGroup(by) : bill.to === by;
    if (!asked || this.now >= bill.expiresAt || !this.mayPay(by, bill.by, fen)) return false;
    bill.paid.add(by);
    this.move(by, undefined, fen);
    if (bill.paid.size === bill.slots) this.move(undefined, bill.by, bill.slots * fen);
    return true;
  }
  runJobs(): void {
    for (const transfer of this.transfers) {
      if (transfer.status !== '1' || this.now < transfer.expiresAt) continue;
      transfer.status = '3';
      this.move(undefined, transfer.from, transfer.amount);
    }
    for (const bill of this.bills) {
      if (this.billStatus(bill) !== '2' || bill.isGivenBack) continue;
      bill.isGivenBack = true;
      for (const payer of bill.paid) this.move(undefined, payer, bill.share);
    }
  }
  block(by: number, whom: number, on: boolean): void {
    if (on && by !== whom) this.blocks.add(`${by}>${whom}`);
    else this.blocks.delete(`${by}>${whom}`);
  }
  billStatus({ paid, slots, expiresAt }: Bill): string {
    return paid.size >= slots ? '1' : this.now >= expiresAt ? '2' : '0';
  }
}
