import { createHash, createHmac } from 'node:crypto';

/** Request signatures of two SMS vendors, as their documents define them. */

const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');
const hmac = (key: string | Uint8Array, text: string) =>
  createHmac('sha256', key).update(text, 'utf8').digest();

/** Percent-encoding of RFC 3986: stricter than `encodeURIComponent`. */
export const percent = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

export interface KeyPair {
  readonly id: string;
  readonly secret: string;
}

/** Query text with names in order, as it is signed and sent. */
export const sortedQuery = (query: Readonly<Record<string, string>>): string =>
  Object.keys(query)
    .sort()
    .map((name) => `${percent(name)}=${percent(query[name] ?? '')}`)
    .join('&');

/**
 * Headers of a signed Aliyun request (ACS3-HMAC-SHA256, "V3 signature").
 * @param headers every `x-acs-…` header, `host`, and `content-type` where there is a body; the body's digest is added
 */
export function signAcs3(
  key: KeyPair,
  query: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>>,
  body = '',
): Record<string, string> {
  const all: Record<string, string> = { ...headers, 'x-acs-content-sha256': sha256(body) };
  const names = Object.keys(all).sort();
  const lines = names.map((name) => `${name}:${all[name]?.trim()}\n`).join('');
  const signed = names.join(';');
  const canonical = ['POST', '/', sortedQuery(query), lines, signed, all['x-acs-content-sha256']].join('\n');
  const signature = hmac(key.secret, `ACS3-HMAC-SHA256\n${sha256(canonical)}`).toString('hex');
  return {
    ...all,
    authorization: `ACS3-HMAC-SHA256 Credential=${key.id},SignedHeaders=${signed},Signature=${signature}`,
  };
}

/**
 * The Authorization header of a Tencent Cloud request (TC3-HMAC-SHA256), over content type and host.
 * @param seconds epoch seconds, also sent as `X-TC-Timestamp`; its date counts in UTC
 */
export function signTc3(
  key: KeyPair,
  host: string,
  service: string,
  payload: string,
  seconds: number,
): string {
  const date = new Date(seconds * 1000).toISOString().slice(0, 10);
  const headers = `content-type:application/json; charset=utf-8\nhost:${host}\n`;
  const canonical = `POST\n/\n\n${headers}\ncontent-type;host\n${sha256(payload)}`;
  const scope = `${date}/${service}/tc3_request`;
  const text = `TC3-HMAC-SHA256\n${seconds}\n${scope}\n${sha256(canonical)}`;
  const derived = [service, 'tc3_request'].reduce(
    (last, part) => hmac(last, part),
    hmac(`TC3${key.secret}`, date),
  );
  const signature = hmac(derived, text).toString('hex');
  return `TC3-HMAC-SHA256 Credential=${key.id}/${scope}, SignedHeaders=content-type;host, Signature=${signature}`;
}
