import { filled, oneOf } from '../../http/params.ts';
import * as wire from '../../http/wire.ts';
import { endpoint, openEndpoint } from '../../realtime/endpoint.ts';
import { createOrder, orderAmount } from '../orders/create.ts';
import { amountText, body, orderShape, provider, subject } from '../orders/fields.ts';
import { cancelOrder as cancel } from './cancel.ts';
import { takeNotice } from './notice.ts';

export const createRechargeOrder = endpoint({
  no: 233,
  path: '/wallet/createRechargeOrder',
  title: '创建支付订单接口',
  summary:
    'Makes an order to pay with Alipay or WeChat Pay within 30 minutes; paid, it puts the money into my wallet. One of type 2 waits for recharge to claim it.',
  params: {
    amount: amountText,
    body,
    subject,
    type: provider,
    orderType: oneOf('订单类型：0 充值，2 其它（支付后由充值接口入账）；靓号见 createNumberOrder', [
      '0',
      '2',
    ]),
  },
  data: orderShape,
  idempotent: true,
  perMinute: 30,
  invalid: '订单创建失败',
  errors: { ORDER_FAILED: [-1, '订单创建失败'], BAD_AMOUNT: [-1, '金额格式不正确'] },
  handler: (context, { amount, type, orderType, ...words }) =>
    createOrder(context, Number(orderType), { ...words, amount: orderAmount(amount), provider: type }),
});

const plain = (description: string) => ({
  description,
  content: { 'text/plain': { schema: { type: 'string' } } },
});
const texts = (...names: readonly string[]) => ({
  type: 'object',
  required: names,
  properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
});
/** What providers send, of which the signature covers every letter. */
const TAKES = {
  alipay: {
    'application/x-www-form-urlencoded': {
      schema: texts(
        'app_id',
        'out_trade_no',
        'trade_no',
        'trade_status',
        'total_amount',
        'sign',
        'sign_type',
      ),
    },
  },
  wxpay: {
    'application/json': {
      schema: {
        type: 'object',
        required: ['id', 'event_type', 'resource'],
        properties: {
          id: { type: 'string' },
          event_type: { type: 'string' },
          resource: texts('algorithm', 'ciphertext', 'nonce', 'associated_data'),
        },
        additionalProperties: true,
      },
    },
  },
};
const NOT_SET_UP = { description: 'This server takes no payments by that provider' };
/** What providers are answered: they look at nothing else. */
const ANSWERS = {
  alipay: { 200: plain('`success`; or `failure`, and Alipay tells again'), 404: NOT_SET_UP },
  wxpay: {
    204: { description: 'Taken' },
    401: { description: 'Not signed by WeChat Pay' },
    404: NOT_SET_UP,
    500: { description: 'Not taken: WeChat Pay tells again' },
  },
};

const noticeOf = (type: 'alipay' | 'wxpay') => ({
  params: {},
  // Providers look at the status: a notice that met a flood limit under 200 would count as taken in.
  ours: true as const,
  body: 'raw' as const,
  data: wire.text('由支付平台规定的应答'),
  takes: TAKES[type],
  answers: ANSWERS[type],
  handler: (context: Parameters<typeof takeNotice>[0]) => takeNotice(context, type),
});

export const alipayNotify = openEndpoint({
  no: 234,
  path: '/wallet/alipayNotify',
  title: '支付宝支付接口',
  summary: 'Alipay tells here that an order has been paid; the answer is the bare word `success`.',
  ...noticeOf('alipay'),
});

export const wxpayNotify = openEndpoint({
  no: 235,
  path: '/wallet/wxpayNotify',
  title: '微信支付接口',
  summary: 'WeChat Pay (API v3) tells here that an order has been paid; the answer is 204 without a body.',
  ...noticeOf('wxpay'),
});

export const cancelOrder = endpoint({
  no: 236,
  path: '/wallet/cancelOrder',
  title: '取消订单接口',
  summary:
    'Cancels my unpaid order and closes it at the provider. Should it be paid all the same, the money is credited.',
  params: { outTradeNo: filled('订单号', 64), type: provider },
  data: wire.info('支付已取消'),
  errors: { NO_SUCH_ORDER: [-1, '订单不存在'], ALREADY_PAID: [-1, '订单已支付'] },
  handler: async (context, { outTradeNo, type }) => {
    await cancel(context, outTradeNo, type);
    return { info: '支付已取消' };
  },
});
