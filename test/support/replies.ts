import * as z from 'zod';
import type { Endpoint } from '../../src/http/endpoint.ts';

const envelope = z.strictObject({ code: z.string(), data: z.unknown() });

/** Keys and values that no reply of any endpoint may show (docs/decisions.md#who-sees-what). */
const FORBIDDEN_KEYS = ['passwordHash', 'password_hash', 'payPwd', 'digest', 'answerDigest'];
const FORBIDDEN_TEXT = [/\$scrypt\$/, /SQLITE/i, /at .*\.ts:\d+/];

function scan(value: unknown, path: string) {
  if (typeof value === 'string') {
    const found = FORBIDDEN_TEXT.find((pattern) => pattern.test(value));
    if (found) throw new Error(`${path}: the reply shows ${found}`);
  } else if (Array.isArray(value)) {
    for (const item of value) scan(item, path);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      if (FORBIDDEN_KEYS.includes(key)) throw new Error(`${path}: the reply has the key ${key}`);
      if (key === 'pwd' && item !== '') throw new Error(`${path}: the reply shows a password`);
      scan(item, path);
    }
  } else throw new Error(`${path}: a scalar of the reply is no string: ${String(value)}`);
}

/**
 * Parses a reply and holds it against the endpoint's own declaration: the envelope, success codes, every key,
 * nothing besides. Failures must have a documented code and text. A script that calls a function with an envelope
 * is that envelope where the endpoint answers so.
 */
export function checkReply(
  declared: readonly Endpoint[],
  path: string,
  text: string,
): { code: string; data: unknown } {
  const endpoint = declared.find(
    (each) => each.path === path || each.aliases?.some((alias) => alias === path),
  );
  const json = endpoint?.jsonp ? text.replace(/^[\w$.]+\((.*)\);$/s, '$1') : text;
  const { code, data } = envelope.parse(JSON.parse(json));
  scan(data, path);
  if (!endpoint) return { code, data };
  const succeeded = code === '1' || Object.hasOwn(endpoint.successCodes ?? {}, code);
  const parsed = endpoint.data.safeParse(data);
  const isFailure = z.looseObject({ info: z.string().min(1) }).safeParse(data).success;
  if (succeeded && !parsed.success && !(code === '1' && isFailure && hasCodeOne(endpoint))) {
    throw new Error(
      `${path}: the reply differs from its declaration: ${z.prettifyError(parsed.error)}\n${text}`,
    );
  }
  if (!succeeded && !isFailure) throw new Error(`${path}: a failure without a text: ${text}`);
  return { code, data };
}

/** updateAuth's 认证成功 is a refusal with code 1. */
const hasCodeOne = (endpoint: Endpoint) => Object.values(endpoint.errors ?? {}).some(([code]) => code === 1);
