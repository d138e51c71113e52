import { Hono, type Context as HonoContext } from 'hono';
import { html } from 'hono/html';
import { ORDER, TRADE } from '../../db/schema/payment-orders.ts';
import { yuan } from '../core/fen.ts';
import { findOrder, type OrderRow } from '../features/orders/orders.ts';
import type { AppHome } from '../realtime/context.ts';
import { openSandboxGateway, type SandboxGateway } from './gateway.ts';

/** Hands a request to the application itself, as if it had come in over the network. */
export type Deliver = (request: Request, home: AppHome) => Promise<Response>;
type PageContext = HonoContext<{ Bindings: AppHome }>;

const PROVIDER = { alipay: '支付宝', wxpay: '微信支付' } as const;
const headers = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

const page = (order: OrderRow, text: string, canPay: boolean) => html`<!doctype html>
<html lang="zh-CN">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <link rel="icon" href="data:," />
    <title>沙箱收银台</title>
    <style>
      body { font-family: system-ui, sans-serif; max-width: 24rem; margin: 3rem auto; padding: 0 1rem; text-align: center; }
      .amount { font-size: 2.5rem; margin: 1rem 0; }
      button { font-size: 1.1rem; padding: 0.7rem 2.5rem; }
      small { color: #666; }
    </style>
  </head>
  <body>
    <p>沙箱${PROVIDER[order.provider]} · ${order.subject}</p>
    <p class="amount">¥ ${yuan(order.amount)}</p>
    <p id="state">${text}</p>
    ${canPay ? html`<form method="post"><button>确认支付</button></form>` : ''}
    <p><small>${order.outTradeNo}<br />这里没有真钱。Play money.</small></p>
  </body>
</html>
`;

const NOT_FOUND = '订单不存在';
const show = (c: PageContext, order: OrderRow, text: string, canPay = false) =>
  c.html(page(order, text, canPay), 200, headers);

/** The order and the gateway; undefined outside of a sandbox, and for an order that is none. */
async function opened(c: PageContext): Promise<{ order: OrderRow; gateway: SandboxGateway } | undefined> {
  const { platform } = c.env;
  if (platform.config.MODE !== 'sandbox') return undefined;
  const outTradeNo = c.req.param('outTradeNo') ?? '';
  const [order] = await platform.db.read(findOrder({ outTradeNo }));
  if (!order) return undefined;
  const gateway = await openSandboxGateway(platform.config, platform.publicUrl, platform);
  // As at the real ones, a trade exists from when somebody looks at the pay sheet.
  if (order.state === ORDER.pending) await gateway.trades.open(order.provider, outTradeNo, order.amount);
  return { order, gateway };
}

/**
 * Where the app of a payment provider would be: `/sandbox/pay/<outTradeNo>` shows the order, and the button pays
 * it. Paying settles the trade and sends the signed notice to ourselves before it answers, so that the money is
 * there when the page says so.
 */
export function payPage(deliver: Deliver) {
  return new Hono<{ Bindings: AppHome }>()
    .get('/sandbox/pay/:outTradeNo', async (c) => {
      const found = await opened(c);
      if (!found) return c.text(NOT_FOUND, 404, headers);
      const trade = await found.gateway.trades.find(found.order.outTradeNo);
      if (trade?.state === TRADE.paid) return show(c, found.order, '已支付');
      const isOpen = trade?.state === TRADE.opened && found.order.expiresAt > c.env.platform.clock.now();
      return show(c, found.order, isOpen ? '待支付' : '订单已关闭', isOpen);
    })
    .post('/sandbox/pay/:outTradeNo', async (c) => {
      const found = await opened(c);
      if (!found) return c.text(NOT_FOUND, 404, headers);
      const { order, gateway } = found;
      await gateway.trades.pay(order.outTradeNo);
      const trade = await gateway.trades.find(order.outTradeNo);
      if (trade?.state !== TRADE.paid) return show(c, order, '订单已关闭');
      const answer = await deliver(gateway.notice(trade), c.env);
      return show(c, order, answer.ok ? '支付成功' : '已支付，等待到账');
    });
}
