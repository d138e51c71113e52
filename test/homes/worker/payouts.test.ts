import { Buffer } from 'node:buffer';
import { afterAll, expect, test } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { systemRandom } from '../../../src/core/random.ts';
import { seal, sealingKey } from '../../../src/core/sealing.ts';
import { REAL_NAME } from '../../../src/features/profiles/view.ts';
import { migrate } from '../../../src/platform/database/migrate.ts';
import { executorOn } from '../../support/adapters.ts';
import { change, rows } from '../../support/bank.ts';
import { buildWorker } from '../../support/built.ts';
import { type Sqld, startSqld } from '../../support/sqld.ts';
import { startWorkerd } from '../../support/workerd.ts';

const sqld: Sqld | undefined = await startSqld();
afterAll(() => sqld?.stop());

const KEY = systemRandom.bytes(32);

test.runIf(sqld)(
  'a Worker pays a withdrawal through Alipay by its cron trigger: signed, asked about, settled',
  async () => {
    if (!sqld) return;
    const executor = executorOn(sqld);
    await migrate(executor, systemClock.now());
    const worker = await startWorkerd(buildWorker(), {
      MODE: 'sandbox',
      LOG: 'off',
      DATABASE_URL: sqld.url,
      DATABASE_AUTH_TOKEN: sqld.token,
      DATABASE_TIMEOUT_MS: '60000',
      DATA_KEY: Buffer.from(KEY).toString('base64'),
      WITHDRAW_PROVIDER: 'alipay',
      WITHDRAW_NEW_CARD_HOURS: '0',
    });
    let headers = {};
    async function call(path: string, params: Readonly<Record<string, string>>) {
      const body = new URLSearchParams(params);
      const response = await fetch(worker.url + path, { method: 'POST', body, headers });
      const { code, data } = (await response.json()) as {
        code: string;
        data: { info: string; token: string };
      }; // the envelope
      expect(code, path).toBe('1');
      return data;
    }
    const standing = async () => {
      const sql = `SELECT state, stage, attempts, reason FROM payouts JOIN payout_transfers ON payout_id = payouts.id`;
      return (await executor.read([rows(sql)]))[0]?.rows;
    };
    try {
      const mobile = '15768709546';
      const { info: validateNum } = await call('/chat/getValidateNum', { mobile });
      await call('/chat/register', { mobile, pwd: 'secret1', validateNum, name: '林一' });
      const { token } = await call('/chat/doLogin', { mobie: mobile, pwd: 'secret1' });
      headers = { authorization: `Bearer ${token}` };
      await call('/wallet/recharge', { amount: '10.00' });
      await call('/wallet/bindingCard', { cardNo: '6214830202117965' });
      await executor.write([
        change(
          `INSERT INTO identity_checks (user_id, sealed_name, sealed_id_no, id_no_digest, state, submitted_at) SELECT MAX(id), ?, '', '', 1, 0 FROM users`,
          seal(sealingKey(KEY), REAL_NAME, '林一', systemRandom),
        ),
      ]);
      await call('/wallet/withdraw', { amount: '4.00' });
      expect(await standing()).toEqual([[0, 0, 0, '']]);
      expect(await worker.runJobs()).toBe('ok');
      expect(await standing()).toEqual([[0, 1, 1, '']]);
      await executor.write([
        change('UPDATE payout_transfers SET next_at = 0'),
        change('UPDATE sandbox_transfers SET taken_at = 0'),
      ]);
      expect(await worker.runJobs()).toBe('ok');
      expect(await standing()).toEqual([[1, 3, 1, '']]);
      const books =
        "SELECT balance FROM ledger_accounts WHERE kind IN ('cash_out', 'withdrawals') ORDER BY kind";
      expect((await executor.read([rows(books)]))[0]?.rows).toEqual([[400], [0]]);
    } finally {
      await worker.stop();
      await executor.close();
    }
  },
  120_000,
);
