import type { BANK_TRANSFER } from '../../db/schema/payout-transfers.ts';
import { readConfig } from '../../src/config.ts';
import type { Clock } from '../../src/core/clock.ts';
import { systemRandom } from '../../src/core/random.ts';
import { createDb } from '../../src/platform/database/db.ts';
import { bunExecutor } from '../../src/platform/database/executor.bun.ts';
import { migrate } from '../../src/platform/database/migrate.ts';
import { alipayPayouts } from '../../src/platform/payments/alipay-transfer.ts';
import type { PayoutGateway, Payouts } from '../../src/platform/payments/payout-port.ts';
import type { Fetch } from '../../src/platform/payments/port.ts';
import { privateKey } from '../../src/platform/payments/rsa.ts';
import { signedReply } from '../../src/sandbox-gateway/alipay-replies.ts';
import { openSandboxGateway } from '../../src/sandbox-gateway/gateway.ts';
import { change } from './bank.ts';
import { gatewayPair, merchantPair } from './faulty-notice.ts';
import { bare } from './payment-keys.ts';

/** What becomes of a request to the gateway, or of its answer. */
export type BankFault =
  /** It never arrives. */
  | 'dropped'
  /** It is done, and the answer lost. */
  | 'answer lost'
  /** It arrives twice; the second answer comes. */
  | 'twice'
  | 'error page'
  | 'error page, done'
  /** 40004 with SYSTEM_ERROR, as documented: nobody knows whether it was done. */
  | 'SYSTEM_ERROR'
  | 'SYSTEM_ERROR, done'
  | 'unavailable, done'
  | 'bad signature, done'
  | 'another number, done'
  /** Not done, and said so: at once, or when the test lets it; or done, and said so of a copy that the network made. */
  | { readonly refuse: string; readonly late?: true; readonly first?: 'done' }
  /** Done, and answered when the test lets it. */
  | 'late';

/** Faults after which a request without an honest answer may have been done or not. */
export const UNCLEAR_FAULTS: readonly BankFault[] = [
  'dropped',
  'answer lost',
  'twice',
  'error page',
  'error page, done',
  'SYSTEM_ERROR',
  'SYSTEM_ERROR, done',
  'unavailable, done',
  'bad signature, done',
  'another number, done',
  { refuse: 'REQUEST_PROCESSING' },
];

interface Arrival {
  readonly method: string;
  readonly outBizNo: string;
}

/** Alipay as the sandbox plays it, with books of its own and a hostile network before it. */
export interface HostileBank {
  readonly payouts: Payouts;
  /** Faults of the next requests, in order: transfers and questions apart. */
  faults: { transfer: BankFault[]; query: BankFault[] };
  /** Every request that arrived, in order. */
  readonly arrivals: Arrival[];
  /** Resolves when a late answer waits; calling what it resolves to lets it go on. */
  late(): Promise<() => void>;
  /** What the receiving bank decides, also after it was paid. */
  decide(outBizNo: string, state: keyof typeof BANK_TRANSFER, errorCode?: string): Promise<void>;
  /** The bank's own word: the fen that left, or will leave, under each number, and have not come back. */
  paid(): Promise<ReadonlyMap<string, number>>;
  close(): Promise<void>;
}

const TRANSFER_METHOD = 'alipay.fund.trans.uni.transfer';

/** A clock that never goes back, as far as another one moves in either direction. */
function onwards(clock: Clock): Clock {
  let seen = clock.now();
  let time = seen;
  return {
    now() {
      const now = clock.now();
      time += Math.abs(now - seen);
      seen = now;
      return time;
    },
  };
}

export async function hostileBank(clock: Clock): Promise<HostileBank> {
  const executor = bunExecutor(':memory:');
  await migrate(executor, 0);
  await executor.write(
    [
      ['SANDBOX_MERCHANT_KEY', bare(merchantPair.pkcs8)],
      ['SANDBOX_GATEWAY_KEY', bare(gatewayPair.pkcs8)],
      ['SANDBOX_WXPAY_API_V3_KEY', 'k'.repeat(32)],
    ].map(([name = '', value = '']) =>
      change('INSERT INTO instance (name, value) VALUES (?, ?)', name, value),
    ),
  );
  const tools = { db: createDb(executor), clock: onwards(clock), random: systemRandom };
  const sandbox = await openSandboxGateway(readConfig({}), '', tools);
  const { accounts } = sandbox;
  const stranger = { ...accounts, gatewayKey: privateKey(merchantPair.pkcs8) };
  const arrivals: Arrival[] = [];
  const faults: HostileBank['faults'] = { transfer: [], query: [] };
  let waiting: ((go: () => void) => void) | undefined;

  const deliver: Fetch = async (url, init) => {
    const { method, biz_content } = Object.fromEntries(new URLSearchParams(String(init.body)));
    const { out_biz_no } = JSON.parse(biz_content ?? '{}') as { out_biz_no: string }; // our own client's
    arrivals.push({ method: method ?? '', outBizNo: out_biz_no });
    return sandbox.fetch(url, init);
  };
  const waitIfLate = async () => {
    const tell = waiting;
    if (tell) await new Promise<void>((go) => tell(go));
  };
  const reset = () => Promise.reject(new Error('reset'));

  const fetch: Fetch = async (url, init) => {
    const method = new URLSearchParams(String(init.body)).get('method') ?? '';
    const fault = faults[method === TRANSFER_METHOD ? 'transfer' : 'query'].shift();
    const say = (code: string, sub_code: string, as = accounts) =>
      signedReply(as, method, { code, msg: '', sub_code });
    if (fault === undefined) return deliver(url, init);
    if (fault === 'dropped') return reset();
    if (fault === 'error page') return new Response('<html>', { status: 502 });
    if (fault === 'SYSTEM_ERROR') return say('40004', 'SYSTEM_ERROR');
    if (typeof fault === 'object') {
      if (fault.late) await waitIfLate();
      if (fault.first) await deliver(url, init);
      return say('40004', fault.refuse);
    }
    const answer = await deliver(url, init);
    if (fault === 'answer lost') return reset();
    if (fault === 'twice') return deliver(url, init);
    if (fault === 'error page, done') return new Response('<html>', { status: 502 });
    if (fault === 'SYSTEM_ERROR, done') return say('40004', 'SYSTEM_ERROR');
    if (fault === 'unavailable, done') return say('20000', 'isp.unknow-error');
    if (fault === 'bad signature, done') return say('40004', 'PAYEE_CARD_INFO_ERROR', stranger);
    if (fault === 'another number, done')
      return signedReply(accounts, method, { code: '10000', out_biz_no: 'payout1', status: 'FAIL' });
    await waitIfLate();
    return answer;
  };
  const scene = { name: '', infos: [] };
  const gateway: PayoutGateway = alipayPayouts(accounts.alipay, scene, clock, fetch);
  return {
    payouts: async () => gateway,
    faults,
    arrivals,
    late: () =>
      new Promise((resolve) => {
        waiting = (go) => {
          waiting = undefined;
          resolve(go);
        };
      }),
    decide: sandbox.transfers.decide,
    async paid() {
      const [result] = await executor.read([
        {
          sql: 'SELECT out_biz_no, amount FROM sandbox_transfers WHERE state IN (0, 1)',
          params: [],
          kind: 'rows',
        },
      ]);
      return new Map((result?.rows ?? []).map(([name, amount]) => [String(name), Number(amount)]));
    },
    close: () => executor.close(),
  };
}
