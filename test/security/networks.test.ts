import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fen } from '../../src/core/fen.ts';
import { findObstacles, reservationValues } from '../../src/features/vip-numbers/reserve.ts';
import { networksOf, networkValues } from '../../src/http/address.ts';
import { Refusal } from '../../src/http/failure.ts';
import { limitNetworks } from '../../src/http/limits.ts';
import { person, type TestApp, testApp } from '../support/app.ts';
import { adminCall, invite } from '../support/operators.ts';

/** A /64 of the documentation's network: `site` is its /48, `home` the /56 in it, `net` which of that one's 256. */
const client = (site: number, home: number, net: number) =>
  `2001:db8:${site.toString(16)}:${(home * 256 + net).toString(16)}::1`;

test('an address has the networks around it, each in one spelling', () => {
  const keys = (address: string) => networksOf(address).map(({ key, times }) => `${key} ${times}`);
  expect(keys('2001:db8:1:2345:6::7')).toEqual([
    '2001:db8:1:2345::/64 1',
    '2001:db8:1:2300::/56 2',
    '2001:db8:1::/48 8',
  ]);
  expect(keys('2001:0DB8::ff')).toEqual(['2001:db8:0:0::/64 1', '2001:db8:0:0::/56 2', '2001:db8:0::/48 8']);
  expect(keys('::ffff:9.8.7.6')).toEqual(['9.8.7.6 1']);
  expect(keys('9.8.7.6')).toEqual(['9.8.7.6 1']);
  expect(keys('')).toEqual(['unknown 1']);
});

/** A place where calls of an address are limited. */
interface Place {
  /** The file that counts. */
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
  /** What one client may. */
  readonly limit: number;
  /** Whether it is refused this time. `i` is another number at each call. */
  refused(app: TestApp, from: string, i: number): Promise<boolean>;
}

const mobileOf = (i: number) => `1370000${String(i).padStart(4, '0')}`;
let victim: string | undefined;

const MIB = 1024 * 1024;

const places: Readonly<Record<string, Place>> = {
  'calls a minute': {
    file: 'http/limits.ts',
    env: { RATE_LIMITS: 'on', RATE_PER_ADDRESS: '3' },
    limit: 3,
    refused: async (app, from) => (await app.call('/getVersion', {}, { from })).code === '429',
  },
  'calls of a path a minute': {
    file: 'http/limits.ts',
    env: { RATE_LIMITS: 'on' },
    limit: 20,
    refused: async (app, from) => (await app.call('/pc/getCode', {}, { from })).code === '429',
  },
  files: {
    file: 'http/limits.ts',
    env: { RATE_LIMITS: 'on', RATE_FILES_PER_ADDRESS: '3' },
    limit: 3,
    refused: async (app, from) =>
      (await app.fetch(new Request('http://a/upload/a.jpg'), from)).status === 429,
  },
  'MiB of bodies at a time': {
    file: 'http/intake.ts',
    env: {
      UPLOAD_MAX_BYTES: '1024',
      BODIES_HELD_BYTES: `${200 * MIB}`,
      BODIES_HELD_PER_ADDRESS: `${3 * MIB}`,
    },
    limit: 3,
    async refused({ platform: { intake } }, from, i) {
      try {
        intake.hold(intake.sharesOf(networksOf(from), i), MIB);
        return false;
      } catch (error) {
        return error instanceof Refusal;
      }
    },
  },
  'connections of the original’s apps': {
    file: 'homes/bun/socketio/admission.ts',
    env: { RATE_LIMITS: 'on', RATE_PER_ADDRESS: '3' },
    limit: 3,
    async refused({ platform }, from) {
      try {
        await limitNetworks(platform, networksOf(from));
        return false;
      } catch (error) {
        return error instanceof Refusal;
      }
    },
  },
  'SMS codes a day': {
    file: 'features/sms-codes/limits.ts',
    env: { SMS_PER_IP_DAY: '2' },
    limit: 2,
    refused: async (app, from, i) =>
      (await app.call('/chat/getValidateNum', { mobile: mobileOf(i) }, { from })).code === '-1',
  },
  'wrong passwords of an account': {
    file: 'features/sessions/login-tries.ts',
    env: {},
    limit: 5,
    async refused(app, from) {
      victim ??= (await person(app)).mobile;
      const tried = await app.call('/chat/doLogin', { mobie: victim, pwd: 'nope' }, { from });
      expect(tried.code).toBe('3');
      return tried.data.info !== '密码错误';
    },
  },
  'wrong logins of an operator': {
    file: 'operations/operators/tries.ts',
    env: {},
    limit: 5,
    async refused(app, from, i) {
      if (victim === undefined) await invite(app, `operator${i}`, 'viewer');
      victim ??= `operator${i}`;
      const wrong = { name: victim, password: 'nope', code: '000000' };
      const { status } = await adminCall(app, 'session', wrong, { from });
      expect([401, 429]).toContain(status);
      return status === 429;
    },
  },
  'numbers that new accounts have learnt of': {
    file: 'features/contacts/learn.ts',
    env: { NUMBERS_PER_ADDRESS_DAY: '3' },
    limit: 3,
    async refused(app, from, i) {
      const contact = JSON.stringify([{ phone: mobileOf(i) }]);
      const { data } = await (await person(app)).call('/chat/myContact', { contact }, { from });
      return data.reason === 'TOO_MANY_NUMBERS';
    },
  },
  'numbers that newcomers have reserved': {
    file: 'features/vip-numbers/reserve.ts',
    env: {},
    limit: 5,
    /** Looks whether another would be refused, and puts one there if not: a real one costs the hash of a password. */
    async refused({ platform, executor, clock }, from, i) {
      const nobody = {
        number: 'none',
        amount: fen(1),
        buyer: 'mobile:me',
        me: null,
        mobile: 'none',
        now: clock.now(),
      };
      const networks = reservationValues(networksOf(from));
      const [found] = await platform.db.read(findObstacles({ ...nobody, ...networks }));
      if (found?.crowded) return true;
      const { address, network56, network48 } = networkValues(networksOf(from));
      await executor.write([
        {
          sql: `INSERT INTO payment_orders (id, out_trade_no, kind, provider, amount, subject, body, created_at, expires_at)
            VALUES (?, ?, 1, 'alipay', 800, '', '', 0, ?)`,
          params: [i, `order-${i}`, clock.now() + 1],
          kind: 'change',
        },
        {
          sql: `INSERT INTO number_orders (order_id, number, buyer, address, network56, network48)
            SELECT ?, number, ?, ?, ?, ? FROM vip_numbers LIMIT 1`,
          params: [i, `mobile:${i}`, address, network56, network48],
          kind: 'change',
        },
      ]);
      return false;
    },
  },
};

test.each(Object.entries(places))(
  'one client, one home and one site may so many %s, and no more',
  async (_, { env, limit, refused }) => {
    victim = undefined;
    const app = await testApp({ env });
    let calls = 0;
    /** How many of these are not refused. */
    const passing = async (...clients: readonly string[]) => {
      let passed = 0;
      for (const from of clients) {
        calls += 1;
        if (!(await refused(app, from, calls))) passed += 1;
      }
      return passed;
    };
    const many = (count: number, from: (i: number) => string) =>
      Array.from({ length: count }, (_, i) => from(i));
    try {
      expect(await passing(...many(limit + 1, () => client(1, 0, 0)))).toBe(limit);
      // From here on each client calls once, so that its own limit refuses nobody.
      expect(await passing(...many(limit + 2, (i) => client(1, 0, i + 1)))).toBe(limit);
      expect(await passing(client(1, 1, 0))).toBe(1);
      expect(await passing(client(2, 0, 0))).toBe(1);
      if (limit > 5) return; // a site's limit is then hundreds of calls
      victim = undefined;
      const homes = many(limit * 8, (i) => client(3, i, 0));
      expect(await passing(...homes, client(3, 200, 0), client(3, 201, 0))).toBe(limit * 8);
      expect(await passing(client(4, 0, 0))).toBe(1);
    } finally {
      await app.close();
    }
  },
  60_000,
);

test('no place limits by address but through the networks around it', () => {
  const src = join(import.meta.dirname, '../../src');
  const users = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .filter((name) => /\b(addressKey|networks|networksOf)\b/.test(readFileSync(join(src, name), 'utf8')));
  const declaring = ['http/address.ts', 'http/call.ts', 'http/context.ts', 'http/counted-as.ts'];
  /** These only hand the networks on to a place, or tell one client from others and limit all of them by a count of their own. */
  const others = [
    'features/sessions/begin.ts',
    'features/sessions/known-logins.ts',
    'features/sessions/log-in.ts',
    'features/sms-codes/claim.ts',
    'features/sms-codes/order.ts',
    'features/sms-codes/prove-person.ts',
    'features/sms-codes/send.ts',
    'features/vip-numbers/order.ts',
    'http/request-body.ts',
    'operations/mobiles/change.ts',
    'operations/mobiles/send.ts',
    'operations/operators/sessions.ts',
    'operations/operators/side.ts',
  ];
  const expected = [...declaring, ...others, ...Object.values(places).map(({ file }) => file)];
  expect(users.sort()).toEqual([...new Set(expected)].sort());
});
