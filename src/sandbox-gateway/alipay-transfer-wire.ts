import * as z from 'zod';
import { parseYuan, yuan } from '../core/fen.ts';
import { parseCardNumber } from '../features/bank-cards/number.ts';
import { refusal } from './alipay-replies.ts';
import type { SandboxTransfer, SandboxTransfers } from './transfers.ts';

const SMALLEST_FEN = 10;
const STATUS = ['DEALING', 'SUCCESS', 'FAIL', 'REFUND'] as const;

const product = {
  out_biz_no: z.string().regex(/^[\w-]{1,64}$/),
  product_code: z.literal('TRANS_BANKCARD_NO_PWD'),
  biz_scene: z.literal('DIRECT_TRANSFER'),
};
const wanted = z.looseObject({
  ...product,
  trans_amount: z.string(),
  order_title: z.string().min(1),
  payee_info: z.looseObject({
    identity_type: z.literal('BANKCARD_ACCOUNT'),
    identity: z.string(),
    name: z.string().min(1),
    bankcard_ext_info: z.looseObject({ account_type: z.literal('2') }),
  }),
});
const asked = z.looseObject(product);

const facts = ({ outBizNo, orderId, state, amount, errorCode }: SandboxTransfer) => {
  const status = STATUS[state] ?? 'DEALING';
  return {
    code: '10000',
    msg: 'Success',
    out_biz_no: outBizNo,
    order_id: orderId,
    status,
    ...(status === 'SUCCESS' ? { trans_amount: yuan(amount) } : {}),
    ...(errorCode ? { error_code: errorCode, fail_reason: errorCode } : {}),
  };
};

async function transfer(transfers: SandboxTransfers, content: string): Promise<object> {
  const order = wanted.safeParse(JSON.parse(content)).data;
  const amount = parseYuan(order?.trans_amount ?? '');
  if (!order || amount === undefined) return refusal('INVALID_PARAMETER');
  if (amount < SMALLEST_FEN) return refusal('EXCEED_LIMIT_SM_MIN_AMOUNT');
  if (!parseCardNumber(order.payee_info.identity)) return refusal('CARD_BIN_ERROR');
  const taken = await transfers.take(order.out_biz_no, amount, content);
  return taken ? facts(taken) : refusal('PAYMENT_INFO_INCONSISTENCY');
}

async function query(transfers: SandboxTransfers, content: string): Promise<object> {
  const question = asked.safeParse(JSON.parse(content)).data;
  if (!question) return refusal('INVALID_PARAMETER');
  const found = await transfers.find(question.out_biz_no);
  return found ? facts(found) : refusal('ORDER_NOT_EXIST');
}

/** Calls of the open platform about money that goes out, by method; each takes `biz_content` as it is. */
export const transferCalls: Readonly<
  Record<string, (transfers: SandboxTransfers, content: string) => Promise<object>>
> = {
  'alipay.fund.trans.uni.transfer': transfer,
  'alipay.fund.trans.common.query': query,
};
