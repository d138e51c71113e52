import { Hono } from 'hono';
import packageFile from '../../package.json' with { type: 'json' };
import type { Settings } from '../core/settings.ts';
import type { Home } from './context.ts';
import type { Endpoint } from './endpoint.ts';
import { fixed } from './fixed.ts';
import { openApi } from './openapi/document.ts';

/** The page's script is served by ourselves, so that it works without the internet. */
const SCRIPT = '/docs/scalar.js';
const policy =
  "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; img-src 'self' data:; font-src 'self' data:; frame-ancestors 'none'; base-uri 'none'";

const page = `<!doctype html>
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
</html>
`;

const bytesOf = (text: string) => new TextEncoder().encode(text);
/** Asked for each time, and mostly answered with 304. */
const FRESH = 'no-cache';

/**
 * `/openapi.json` and the reference page at `/docs`.
 * @param defaults settings as they are where nobody sets any: texts are shown by them
 */
export const reference = (endpoints: readonly Endpoint[], defaults: Settings) =>
  new Hono<{ Bindings: Home }>()
    .get(
      '/openapi.json',
      fixed(async () => bytesOf(JSON.stringify(openApi(endpoints, packageFile.version, defaults))), {
        'content-type': 'application/json',
        'access-control-allow-origin': '*',
        'cache-control': FRESH,
      }),
    )
    .get(
      '/docs',
      fixed(async () => bytesOf(page), {
        'content-type': 'text/html; charset=UTF-8',
        'content-security-policy': policy,
        'cache-control': FRESH,
      }),
    )
    .get(
      SCRIPT,
      fixed(async ({ asset }) => asset('docs/scalar.js'), {
        'content-type': 'text/javascript; charset=utf-8',
        'cache-control': 'public, max-age=3600',
      }),
    );
