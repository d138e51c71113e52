import { createPublicKey } from 'node:crypto';
import { type Fen, parseYuan } from '../../src/core/fen.ts';
import type { AlipayAccount } from '../../src/platform/payments/alipay-caller.ts';
import { signedText } from '../../src/platform/payments/alipay-signing.ts';
import { rsaVerify } from '../../src/platform/payments/rsa.ts';
import type { WechatAccount } from '../../src/platform/payments/wechat-caller.ts';

/** What the apps of the providers make of an `orderString`, or why they show an error instead. */

function must(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`The order string is refused: ${what}.`);
}

/** Alipay learns of an order by its order string alone. */
export function alipaySheet(account: AlipayAccount, text: string): { outTradeNo: string; amount: Fen } {
  const { sign = '', ...parameters } = Object.fromEntries(new URLSearchParams(text));
  const { method, app_id: appId, notify_url: notifyUrl, biz_content: content = '{}' } = parameters;
  must(rsaVerify(createPublicKey(account.key), signedText(parameters), sign), 'signature');
  must(method === 'alipay.trade.app.pay' && appId === account.appId, 'another app or method');
  must(notifyUrl === account.notifyUrl, `notices to ${notifyUrl}`);
  const order = JSON.parse(content);
  const amount = parseYuan(String(order.total_amount));
  must(amount !== undefined && order.product_code === 'QUICK_MSECURITY_PAY', 'amount or product');
  return { outTradeNo: String(order.out_trade_no), amount };
}

/** WeChat Pay has the order already. @returns its prepay id */
export function wechatSheet({ appId, signer }: WechatAccount, text: string): string {
  const call = JSON.parse(text);
  const signed = [call.appid, call.timestamp, call.noncestr, call.prepayid, ''].join('\n');
  must(rsaVerify(createPublicKey(signer.key), signed, String(call.sign)), 'signature');
  must(call.appid === appId && call.partnerid === signer.mchId, 'another app or merchant');
  must(call.package === 'Sign=WXPay', 'package');
  return String(call.prepayid);
}
