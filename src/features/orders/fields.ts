import { filled, oneOf, text } from '../../http/params.ts';
import * as wire from '../../http/wire.ts';

/** Parameters and reply that the two calls which make an order share (listings 153 and 233). */
export const provider = oneOf('支付方式', ['alipay', 'wxpay']);

/** Text for `orderAmount`, because a malformed amount has a text of its own. */
export const amountText = text('金额', 32).meta({
  description: '金额',
  type: 'string',
  pattern: '^(0|[1-9]\\d{0,9})(\\.\\d{1,2})?$',
  examples: ['10.00'],
});

/** What providers allow: 127 characters at WeChat Pay. */
export const subject = filled('订单标题', 127);
export const body = text('订单描述', 128);

export const orderShape = wire.named('PaymentOrder', {
  orderString: wire.text('交给支付 SDK 的订单描述'),
  outTradeNo: wire.text('支付流水号'),
});
