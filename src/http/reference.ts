import { Hono } from 'hono';
import { html } from 'hono/html';
import packageFile from '../../package.json' with { type: 'json' };
import type { Home } from '../app.ts';
import type { Endpoint } from './endpoint.ts';
import { openApi } from './openapi.ts';

/** The page's script is served by ourselves, so that it works without the internet. */
const SCRIPT = '/docs/scalar.js';
const policy =
  "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; img-src 'self' data:; font-src 'self' data:; frame-ancestors 'none'; base-uri 'none'";

const page = html`<!doctype html>
<html lang="zh-CN">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <link rel="icon" href="data:," />
    <title>Teahouse 茶馆 API</title>
  </head>
  <body>
    <div id="reference"></div>
    <script src="${SCRIPT}"></script>
    <script>
      Scalar.createApiReference('#reference', {
        url: '/openapi.json', withDefaultFonts: false, telemetry: false, hideClientButton: true,
        showDeveloperTools: 'never', agent: { disabled: true }, mcp: { disabled: true },
      });
    </script>
  </body>
</html>`;

/** `/openapi.json` and the reference page at `/docs`. */
export function reference(endpoints: readonly Endpoint[]) {
  let document: string | undefined;
  return new Hono<{ Bindings: Home }>()
    .get('/openapi.json', (c) => {
      document ??= JSON.stringify(openApi(endpoints, packageFile.version));
      return c.body(document, 200, {
        'content-type': 'application/json',
        'access-control-allow-origin': '*',
      });
    })
    .get('/docs', (c) => c.html(page, 200, { 'content-security-policy': policy }))
    .get(SCRIPT, async (c) => (await c.env.platform.asset('scalar.js')) ?? c.notFound());
}
