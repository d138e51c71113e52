import type { Answered } from '../http/reply.ts';
import type { Visit } from './visit.ts';

/**
 * Nothing is loaded, run or framed but what this origin serves, no text of a page is script or style, and forms go
 * nowhere else. The referrer stays here: without one, browsers name no origin with a form.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const SAFETY = {
  'cache-control': 'no-store',
  'content-security-policy': POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

const headersOf = ({ call }: Visit, more: Readonly<Record<string, string>>) =>
  new Headers({ ...SAFETY, 'x-request-id': call.requestId, ...call.replyHeaders, ...more });

/** A page. @param code what the log says of it */
export const html = (visit: Visit, text: string, status = 200, code = 'OK'): Answered => ({
  response: new Response(text, {
    status,
    headers: headersOf(visit, {
      'content-type': 'text/html; charset=utf-8',
      vary: 'accept-language, cookie',
    }),
  }),
  code,
});

/** Sends the browser to another page, with GET. */
export const redirect = (visit: Visit, location: string): Answered => ({
  response: new Response(null, { status: 303, headers: headersOf(visit, { location }) }),
  code: 'OK',
});

/** A file to keep. @param name of ASCII letters, digits, dots and hyphens */
export const download = (visit: Visit, text: string, name: string): Answered => ({
  response: new Response(text, {
    headers: headersOf(visit, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${name}"`,
    }),
  }),
  code: 'OK',
});
