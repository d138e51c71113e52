import { QUEUE_NAMES } from '../../src/operations/queues/queues.ts';
import { FIRST_PERSON } from '../large/sql.ts';
import { TRADER } from './seed.ts';

/** What an operation is given at the `i`th time. */
export type Given = (i: number) => Readonly<Record<string, unknown>>;
/** Ways in which an operation is called; the dearest that its parameters allow are among them. */
export type Cases = Readonly<Record<string, Given>>;

const person = (i: number) => FIRST_PERSON + 2000 + i;
const user = (i: number) => ({ user: person(i) });
const why = { reason: 'a bench' };
const nothing: Cases = { '': () => ({}) };
const once = (given: Given): Cases => ({ '': given });
const yuan = '0.01';

/** Numbers of things that there are. */
export interface Known {
  readonly transfer: number;
  readonly journal: number;
  readonly packet: number;
  readonly type: number;
  readonly otherType: number;
  /** Requests of somebody else, as many as are wanted. */
  readonly approvals: readonly number[];
}

const looking = ({ transfer, journal, packet, type }: Known): Readonly<Record<string, Cases>> => ({
  'addresses.login-events': {
    'of 200,000 events': () => ({ address: '203.0.113.7', ...why }),
    'with a port that none has': () => ({ address: '203.0.113.7', port: 1, ...why }),
  },
  'announcements.list': nothing,
  'announcements.preview': {
    all: () => ({ to: 'all', text: '维护' }),
    android: () => ({ to: 'android', text: '维护' }),
    'list of 10,000': () => ({
      to: 'list',
      text: '维护',
      users: Array.from({ length: 10_000 }, (_, i) => person(i)).join(' '),
    }),
  },
  'approvals.list': {
    waiting: () => ({}),
    expired: () => ({ state: 'expired' }),
    approved: () => ({ state: 'approved' }),
  },
  'approvals.show': once((i) => ({ approval: 1 + i })),
  'audit.list': {
    all: () => ({}),
    'of 100,000 acts': () => ({ subject: 'user', number: String(TRADER) }),
  },
  'catalogue.history': {
    numbers: () => ({ subject: 'number' }),
    one: () => ({ subject: 'number', item: '700000001' }),
  },
  'figures.list': nothing,
  'gifts.list': nothing,
  'identity.list': nothing,
  'identity.show': once((i) => ({ user: FIRST_PERSON + 300 + i, ...why })),
  'ledger.accounts': nothing,
  'ledger.checks': nothing,
  'ledger.journal': once(() => ({ journal })),
  'ledger.journals': {
    'of a person with 25,000': () => ({ user: TRADER }),
    'of a kind that none has': () => ({ user: TRADER, kind: 'correction_debited' }),
    'of everybody, a day': () => ({ from: '2026-11-20', to: '2026-11-21' }),
    'of an account, a day': () => ({ account: 'seized', from: '2026-11-20', to: '2026-11-21' }),
  },
  'levels.list': nothing,
  'groups.find': {
    all: () => ({}),
    'of a member': user,
    'by a part of the name': () => ({ text: '群' }),
  },
  'groups.show': once((i) => ({ group: 10_000 + i })),
  'groups.members': once((i) => ({ group: 10_000 + i })),
  'messages.list': once((i) => ({ group: 10_000 + i })),
  'messages.show': once((i) => ({ message: 1 + i, ...why })),
  'moments.list': once(user),
  'moments.show': once((i) => ({ moment: 1 + i, ...why })),
  'mobiles.list': nothing,
  'number-types.list': nothing,
  'numbers.list': { all: () => ({}), one: () => ({ number: '700000001' }), 'of a type': () => ({ type }) },
  'operators.list': nothing,
  'packets.find': {
    'of a person with 400,000': () => ({ user: TRADER }),
    'and an amount that none has': () => ({ user: TRADER, yuan: '12345.00' }),
    'and a state that none has': () => ({ user: TRADER, state: 'open' }),
    'of an amount that 200,000 have': () => ({ yuan: '800.00' }),
    'and a state': () => ({ yuan: '800.00', state: 'open' }),
    'of everybody, a day': () => ({ from: '2026-11-20', to: '2026-11-21' }),
  },
  'packets.show': once(() => ({ packet })),
  'payouts.list': nothing,
  'payouts.show': once((i) => ({ payout: 1 + i, ...why })),
  'payouts.export': once(() => why),
  'queues.list': nothing,
  'queues.items': Object.fromEntries(QUEUE_NAMES.map((queue) => [queue, () => ({ queue })])),
  'queues.show': once(() => ({ queue: 'reports', item: '7' })),
  'refunds.list': { 'under way': () => ({}), 'of a person with 100,000': () => ({ user: TRADER }) },
  'refunds.payment': once((i) => ({ payment: `t${i}` })),
  'refunds.show': once((i) => ({ refund: 1 + i })),
  'releases.list': nothing,
  'reports.list': nothing,
  'strays.list': nothing,
  'tokens.list': nothing,
  'transfers.find': {
    'of a person with 400,000': () => ({ user: TRADER }),
    'and an amount that half have': () => ({ user: TRADER, yuan: '800.00' }),
    'and an amount that none has': () => ({ user: TRADER, yuan: '12345.00' }),
    'and a state that none has': () => ({ user: TRADER, state: 'waits' }),
    'of an amount that 500,000 have': () => ({ yuan: '800.00' }),
    'and a state': () => ({ yuan: '800.00', state: 'waits' }),
    'of everybody, a day': () => ({ from: '2026-11-20', to: '2026-11-21' }),
  },
  'transfers.show': once(() => ({ transfer })),
  'users.find': {
    'by mobile': (i) => ({ text: `138${String(2000 + i).padStart(8, '0')}` }),
    'by a name that all have': () => ({ text: '茶友' }),
    'by a name that some have': () => ({ text: '茶友77' }),
  },
  'users.login-events': once(() => ({ user: TRADER, ...why })),
  'users.show': once(() => ({ user: TRADER })),
});

const acts = (known: Known): Readonly<Record<string, Cases>> => ({
  'announcements.send': {
    all: () => ({ to: 'all', text: '维护', ...why }),
    'list of 10,000': () => ({
      to: 'list',
      text: '维护',
      users: Array.from({ length: 10_000 }, (_, i) => person(i)).join(' '),
      ...why,
    }),
  },
  'announcements.stop': once(() => ({ announcement: 1, ...why })),
  'approvals.approve': once((i) => ({ approval: known.approvals[i] })),
  'approvals.reject': once((i) => ({ approval: 100 + i, ...why })),
  'approvals.withdraw': once((i) => ({ approval: 200 + i })),
  'corrections.credit': once((i) => ({ ...user(i), yuan, ...why })),
  'corrections.debit': once((i) => ({ ...user(i), yuan, ...why })),
  'corrections.seize': once((i) => ({ ...user(i), yuan, ...why })),
  'corrections.reverse-transfer': once(() => ({ transfer: known.transfer, ...why })),
  'corrections.reverse-share': once(() => ({ packet: known.packet, user: FIRST_PERSON + 1, ...why })),
  'files.remove': once((i) => ({ file: String(i).padStart(26, '0'), ...why })),
  'files.restore': once((i) => ({ file: String(i).padStart(26, '0'), ...why })),
  'files.restore-all': once(() => why),
  'gifts.add': once((i) => ({ gift: `bench${i}`, name: `礼物${i}`, price: '1.00' })),
  'gifts.set': once((i) => ({ gift: `bench${i}`, price: '2.00' })),
  'gifts.withdraw': once((i) => ({ gift: `bench${i}` })),
  'gifts.offer': once((i) => ({ gift: `bench${i}` })),
  'identity.approve': once((i) => ({ user: FIRST_PERSON + i })),
  'identity.reject': once((i) => ({ user: FIRST_PERSON + 100 + i, ...why })),
  'identity.undo': once((i) => ({ user: FIRST_PERSON + i, ...why })),
  'levels.add': once((i) => ({ level: 5 + i, price: '9.00', days: 30, capacity: 500 })),
  'levels.set': once((i) => ({ level: 5 + i, price: '8.00' })),
  'levels.withdraw': once((i) => ({ level: 5 + i })),
  'levels.offer': once((i) => ({ level: 5 + i })),
  'mobiles.send-code': once((i) => ({ ...user(i), mobile: `1390000${String(1000 + i)}` })),
  'mobiles.change': once((i) => ({
    ...user(i),
    mobile: `1390000${String(1000 + i)}`,
    code: '123456',
    idEnd: '12002X',
    ...why,
  })),
  'mobiles.request': once((i) => ({
    ...user(i),
    mobile: `1390000${String(1000 + i)}`,
    code: '123456',
    ...why,
  })),
  'mobiles.approve': once((i) => ({ user: FIRST_PERSON + i, ...why })),
  'mobiles.reject': once((i) => ({ user: FIRST_PERSON + 100 + i, ...why })),
  'notices.send': once((i) => ({ ...user(i), text: '您好', ...why })),
  'number-types.add': once((i) => ({ name: `B${i}`, price: '9.00' })),
  'number-types.set': once((i) => ({ type: known.type, price: `${10 + i}.00` })),
  'number-types.withdraw': once(() => ({ type: known.otherType })),
  'number-types.offer': once(() => ({ type: known.otherType })),
  'numbers.add': {
    one: (i) => ({ type: known.type, number: String(80_000_000 + i) }),
    '2,000': (i) => ({
      type: known.type,
      file: Array.from({ length: 2000 }, (_, j) => 81_000_000 + i * 2000 + j).join(' '),
    }),
  },
  'numbers.withhold': once((i) => ({ number: String(700_000_001 + i * 3) })),
  'numbers.release': once((i) => ({ number: String(700_000_001 + i * 3) })),
  'numbers.move': once((i) => ({ number: String(700_000_001 + i * 3), type: known.otherType })),
  'payouts.settle': once((i) => ({ payout: 10 + i })),
  'payouts.return': once((i) => ({ payout: 100 + i })),
  'payouts.send': once((i) => ({ payout: 200 + i })),
  'payouts.hold': once((i) => ({ payout: 300 + i })),
  'payouts.bounced': once((i) => ({ payout: 10 + i })),
  'payouts.import': once((i) => ({ file: `付款编号,金额,结果\n${400 + i},1.00,成功\n` })),
  'queues.assign': once((i) => ({ queue: 'payouts', item: String(500 + i) })),
  'queues.unassign': once((i) => ({ queue: 'payouts', item: String(500 + i) })),
  'queues.note': once((i) => ({ queue: 'payouts', item: String(500 + i), note: 'asked the bank' })),
  'refunds.refund': once((i) => ({ payment: `t${300_000 + i}`, ...why })),
  'refunds.settle': once((i) => ({ refund: 10 + i, force: true, ...why })),
  'refunds.return': once((i) => ({ refund: 100 + i, force: true, ...why })),
  'refunds.ask': once((i) => ({ refund: 200 + i })),
  'releases.publish': once((i) => ({
    platform: 'ios',
    version: `${10 + i}.0`,
    url: 'https://example.test/app',
    notes: '新版本',
  })),
  'releases.withdraw': once((i) => ({ release: 1 + i })),
  'reports.close': once((i) => ({ report: 10 + i })),
  'strays.refunded': once((i) => ({ tradeNumber: `s${10 + i}` })),
  'users.disable': once(user),
  'users.enable': once(user),
  'users.ban': once((i) => ({ ...user(100 + i), ...why })),
  'users.lift': once((i) => ({ ...user(100 + i), ...why })),
  'users.end-sessions': once((i) => user(200 + i)),
  'users.unlock': once((i) => ({ ...user(i), ...why })),
  'users.open-wallet': once((i) => user(i)),
  'wallets.freeze': once((i) => ({ ...user(i), ...why })),
  'wallets.unfreeze': once((i) => ({ ...user(i), ...why })),
  'operators.add': once((i) => ({ operator: `bench${i}`, role: 'finance' })),
  'operators.role': once((i) => ({ operator: `bench${i}`, role: 'support' })),
  'operators.reset': once((i) => ({ operator: `bench${i}` })),
  'operators.remove': once((i) => ({ operator: `bench${i}` })),
  'tokens.add': once((i) => ({ token: `bench${i}`, role: 'finance', scopes: 'payouts.*' })),
  'tokens.revoke': once((i) => ({ token: `bench${i}` })),
});

/** What looks at everything, in many steps of which each lets others through. */
const WHOLE: Readonly<Record<string, Cases>> = {
  'audit.verify': nothing,
  'ledger.reconcile': nothing,
};

/** Every operation, in an order in which some do what the next undo. */
export const casesOf = (known: Known): Readonly<Record<string, Cases>> => ({
  ...looking(known),
  ...acts(known),
  ...WHOLE,
});
