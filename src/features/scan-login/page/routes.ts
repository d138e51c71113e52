import { createHash } from 'node:crypto';
import { Hono } from 'hono';
import encodeQR from 'qr';
import type { AppHome } from '../../../realtime/context.ts';
import { numberIn, qcodeOf } from '../qcode.ts';
import { script } from './script.ts';
import { style } from './style.ts';

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Nothing runs on the page but its own script, and nothing is loaded from elsewhere. */
const policy = [
  "default-src 'none'",
  `script-src ${hashOf(script)}`,
  `style-src ${hashOf(style)}`,
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const safety = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

const page = `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>茶馆 · 扫码登录</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>茶馆 · 扫码登录</h1>
<figure id="frame"><img id="picture" alt="登录二维码"></figure>
<p id="status" role="status"></p>
<button id="again" type="button" hidden>刷新二维码</button>
<button id="leave" type="button" hidden>退出登录</button>
<noscript>请启用 JavaScript。</noscript>
</main>
<script>${script}</script>
</body>
</html>
`;

/**
 * `/pc`: a page that logs in by scanning, and the picture of its code. Where PC_SIGN_KEY is set there is none: a
 * page cannot keep a key, so the calls are for the operator's own PC client.
 */
export const scanPage = new Hono<{ Bindings: AppHome }>()
  .get('/pc', async (c, next) => {
    if (c.env.platform.config.PC_SIGN_KEY) return next();
    return c.html(page, 200, { ...safety, 'content-security-policy': policy });
  })
  .get('/pc/code.svg', async (c, next) => {
    const number = numberIn(c.req.query('sn') ?? '');
    if (!number || c.env.platform.config.PC_SIGN_KEY) return next();
    const picture = encodeQR(qcodeOf(number), 'svg', { ecc: 'medium', border: 4 });
    const headers = { ...safety, 'content-security-policy': "default-src 'none'" };
    return c.body(picture, 200, { ...headers, 'content-type': 'image/svg+xml' });
  });
