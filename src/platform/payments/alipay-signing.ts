import { Buffer } from 'node:buffer';
import type { KeyObject } from 'node:crypto';
import { rsaSign, rsaVerify } from './rsa.ts';

type Parameters = Readonly<Record<string, string>>;

/** What is signed: every parameter that is not empty, by name, as `k=v` joined by `&`, not percent-encoded. */
export const signedText = (parameters: Parameters): string =>
  Object.keys(parameters)
    .filter((name) => parameters[name] !== '')
    .sort()
    .map((name) => `${name}=${parameters[name]}`)
    .join('&');

/** The parameters with their signature; `sign_type` is part of what is signed. */
export const signedParameters = (parameters: Parameters, key: KeyObject): Record<string, string> => ({
  ...parameters,
  sign: rsaSign(key, signedText(parameters)),
});

/** `orderString` of an app payment: the signed parameters, percent-encoded (a blank is `%20`). */
export const orderString = (parameters: Parameters, key: KeyObject): string => {
  const signed = signedParameters(parameters, key);
  return Object.keys(signed)
    .sort()
    .map((name) => `${name}=${encodeURIComponent(signed[name] ?? '')}`)
    .join('&');
};

/** A name or value of a form, one character for each byte that it stands for. */
const formBytes = (text: string): string =>
  Buffer.from(text.replaceAll('+', ' '), 'utf8')
    .toString('latin1')
    .replace(/%([\da-f]{2})/gi, (_: string, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

/**
 * The parameters of a notice, when its signature is right: over everything but `sign` and `sign_type`, byte for byte,
 * because Alipay signs and sends some notices in GBK. Words in GBK are not legible in what is returned.
 * A name that comes twice makes it worthless.
 */
export function verifiedNotice(raw: string, key: KeyObject): Readonly<Record<string, string>> | undefined {
  const parameters: Record<string, string> = Object.create(null);
  for (const pair of raw.split('&').filter(Boolean)) {
    const [, name = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(pair)?.map(formBytes) ?? [];
    if (name in parameters) return undefined;
    parameters[name] = value;
  }
  const { sign = '', ...told } = parameters;
  const { sign_type: _, ...signed } = told;
  if (!rsaVerify(key, Buffer.from(signedText(signed), 'latin1'), sign)) return undefined;
  const legible = (bytes: string) => Buffer.from(bytes, 'latin1').toString('utf8');
  return Object.fromEntries(Object.entries(told).map(([name, value]) => [legible(name), legible(value)]));
}

/** The end of the JSON object that begins at `start`. */
function objectEnd(text: string, start: number): number {
  let depth = 0;
  let quoted = false;
  for (let at = start; at < text.length; at += 1) {
    const c = text[at];
    if (quoted && c === '\\') at += 1;
    else if (c === '"') quoted = !quoted;
    else if (!quoted && c === '{') depth += 1;
    else if (!quoted && c === '}') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
}

/**
 * The object under `name` of a reply, letter for letter: that text is signed, escapes included, so it must
 * not be parsed and written again.
 */
export function rawObject(reply: string, name: string): string | undefined {
  const at = reply.indexOf(`"${name}"`);
  const start = at < 0 ? -1 : reply.indexOf('{', at + name.length + 2);
  const end = start < 0 ? -1 : objectEnd(reply, start);
  return end < 0 ? undefined : reply.slice(start, end);
}
