import * as z from 'zod';
import type { Clock } from '../../core/clock.ts';
import { type Fen, parseYuan, yuan } from '../../core/fen.ts';
import { type AlipayAccount, type AlipayReply, alipayCaller, doubt } from './alipay-caller.ts';
import { faultOf, faultOfFailure } from './alipay-transfer-codes.ts';
import type { PayoutGateway, TransferAnswer } from './payout-port.ts';
import { codeOf, type Fetch, GatewayUnclear } from './port.ts';

/** Why merchants pay, as they have declared it at Alipay; new ones must say so. */
export interface TransferScene {
  /** `transfer_scene_name`; empty: none is sent. */
  readonly name: string;
  /** `transfer_scene_report_infos`: pairs of type and content. */
  readonly infos: readonly (readonly [type: string, content: string])[];
}

/** 单笔无密转账到银行卡. What names a transfer at Alipay is these two and its number. */
const PRODUCT = { product_code: 'TRANS_BANKCARD_NO_PWD', biz_scene: 'DIRECT_TRANSFER' };
/** Title and remark. Never anything that a setting could change between two requests of one number. */
const TITLE = '提现';
/** `account_type`: an account of a person. */
const PERSONAL = '2';

const order = z.looseObject({
  status: z.string(),
  out_biz_no: z.string(),
  order_id: z.string().optional(),
  error_code: z.string().optional(),
  trans_amount: z.union([z.string(), z.number()]).transform(String).optional(),
});

/** What a transfer's `status` says; that the call succeeded says nothing. */
function stateOf(answer: AlipayReply, outBizNo: string, amount: Fen): TransferAnswer {
  const found = order.safeParse(answer).data;
  if (found?.out_biz_no !== outBizNo) throw new GatewayUnclear('The reply is not about this transfer.');
  const { status, order_id, error_code, trans_amount } = found;
  if (trans_amount !== undefined && parseYuan(trans_amount) !== amount)
    throw new GatewayUnclear('The reply is about another amount.');
  const code = codeOf(error_code, status);
  if (status === 'SUCCESS') return { state: 'paid', transferNo: codeOf(order_id, '') };
  if (status === 'DEALING' || status === 'WAIT_PAY') return { state: 'pending' };
  if (status === 'FAIL') return { state: 'failed', code, fault: faultOfFailure(code) };
  if (status === 'REFUND') return { state: 'bounced', code };
  // Not documented for transfers to cards: nothing was paid, but somebody should look.
  if (status === 'CLOSED') return { state: 'failed', code, fault: 'payer' };
  throw new GatewayUnclear(`The transfer is ${codeOf(status, 'in no known state')}.`);
}

/**
 * Alipay's transfers to bank cards (alipay.fund.trans.uni.transfer and .common.query), in certificate mode.
 * Alipay pays once a number: a repetition is answered by what became of the first request.
 */
export function alipayPayouts(
  account: AlipayAccount & Required<Pick<AlipayAccount, 'certificates'>>,
  scene: TransferScene,
  clock: Clock,
  fetch: Fetch,
): PayoutGateway {
  const { answerOf } = alipayCaller(account, clock, fetch);
  const declared = scene.name
    ? {
        transfer_scene_name: scene.name,
        transfer_scene_report_infos: scene.infos.map(([info_type, info_content]) => ({
          info_type,
          info_content,
        })),
      }
    : {};
  return {
    provider: 'alipay',
    async transfer({ outBizNo, amount, cardNumber, holder, bank }) {
      const answer = await answerOf('alipay.fund.trans.uni.transfer', {
        out_biz_no: outBizNo,
        trans_amount: yuan(amount),
        ...PRODUCT,
        order_title: TITLE,
        remark: TITLE,
        payee_info: {
          identity_type: 'BANKCARD_ACCOUNT',
          identity: cardNumber,
          name: holder,
          bankcard_ext_info: { ...(bank ? { inst_name: bank } : {}), account_type: PERSONAL },
        },
        ...declared,
      });
      if (answer.code === '10000') return stateOf(answer, outBizNo, amount);
      const code = codeOf(answer.sub_code, codeOf(answer.code, ''));
      const fault = faultOf(answer.code, code);
      if (!fault) throw doubt(answer);
      return { state: 'refused', code, fault };
    },
    async query(outBizNo, amount) {
      const content = { out_biz_no: outBizNo, ...PRODUCT };
      const answer = await answerOf('alipay.fund.trans.common.query', content);
      if (answer.code === '10000') return stateOf(answer, outBizNo, amount);
      if (answer.code === '40004' && answer.sub_code === 'ORDER_NOT_EXIST') return { state: 'unknown' };
      throw doubt(answer);
    },
  };
}
