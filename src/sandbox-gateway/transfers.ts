import { createHash } from 'node:crypto';
import { eq, getTableColumns, sql } from 'drizzle-orm';
import { BANK_TRANSFER, sandboxTransfers } from '../../db/schema/payout-transfers.ts';
import type { Fen } from '../core/fen.ts';
import { randomDigits } from '../core/random.ts';
import { p, prepareChange, prepareSelect, type RowOf } from '../platform/database/query.ts';
import type { Tools } from './trades.ts';

/** What the statements here want. */
type Wanted = {
  readonly outBizNo: string;
  readonly contentDigest: string;
  readonly amount: Fen;
  readonly orderId: string;
  readonly now: number;
};

/** The bank answers after this. */
const BANK_TAKES_MS = 5000;

const find = prepareSelect<{ outBizNo: string }>()(getTableColumns(sandboxTransfers), (select) =>
  select.from(sandboxTransfers).where(eq(sandboxTransfers.outBizNo, p('outBizNo'))),
);
export type SandboxTransfer = RowOf<typeof find>;

const take = prepareChange<Wanted>(
  sql`INSERT INTO ${sandboxTransfers} (out_biz_no, content_digest, amount, order_id, taken_at)
    VALUES (${p('outBizNo')}, ${p('contentDigest')}, ${p('amount')}, ${p('orderId')}, ${p('now')}) ON CONFLICT DO NOTHING`,
);
const pay = prepareChange<{ outBizNo: string; before: number }>(
  sql`UPDATE ${sandboxTransfers} SET state = ${BANK_TRANSFER.paid} WHERE out_biz_no = ${p('outBizNo')} AND state = ${BANK_TRANSFER.underWay} AND taken_at <= ${p('before')}`,
);
const decide = prepareChange<{ state: number; errorCode: string; outBizNo: string }>(
  sql`UPDATE ${sandboxTransfers} SET state = ${p('state')}, error_code = ${p('errorCode')} WHERE out_biz_no = ${p('outBizNo')}`,
);

/** The sandbox gateway's books of money that goes out. */
export function createTransfers({ db, clock, random }: Tools) {
  /** The transfer as it is now: the bank has paid it a while after it was taken in. */
  async function found(outBizNo: string): Promise<SandboxTransfer | undefined> {
    await db.write(pay({ outBizNo, before: clock.now() - BANK_TAKES_MS }));
    return (await db.read(find({ outBizNo })))[0];
  }
  return {
    find: found,
    /** Takes a transfer in, once a number. @returns what is known under the number; undefined where that has other content */
    async take(outBizNo: string, amount: Fen, content: string): Promise<SandboxTransfer | undefined> {
      const contentDigest = createHash('sha256').update(content, 'utf8').digest('base64url');
      const orderId = `${new Date(clock.now()).toISOString().slice(0, 10).replaceAll('-', '')}${randomDigits(random, 20)}`;
      await db.write(take({ outBizNo, contentDigest, amount, orderId, now: clock.now() }));
      const known = await found(outBizNo);
      return known?.contentDigest === contentDigest ? known : undefined;
    },
    /** What the bank decides, also after it has paid. */
    async decide(outBizNo: string, state: keyof typeof BANK_TRANSFER, errorCode = ''): Promise<void> {
      await db.write(decide({ outBizNo, state: BANK_TRANSFER[state], errorCode }));
    },
  };
}
export type SandboxTransfers = ReturnType<typeof createTransfers>;
