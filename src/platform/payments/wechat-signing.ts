import { Buffer } from 'node:buffer';
import { createDecipheriv, type KeyObject } from 'node:crypto';
import * as z from 'zod';
import { rsaSign, rsaVerify } from './rsa.ts';

/** A merchant's signing identity at WeChat Pay. */
export interface WechatSigner {
  readonly mchId: string;
  /** Serial number of the merchant's API certificate. */
  readonly serial: string;
  readonly key: KeyObject;
}

/** The Authorization header of a request. `path` has the query string, `body` is exactly what is sent. */
export function wechatAuthorization(
  signer: WechatSigner,
  method: string,
  path: string,
  body: string,
  seconds: number,
  nonce: string,
): string {
  const signature = rsaSign(signer.key, `${method}\n${path}\n${seconds}\n${nonce}\n${body}\n`);
  const parts = {
    mchid: signer.mchId,
    nonce_str: nonce,
    signature,
    timestamp: String(seconds),
    serial_no: signer.serial,
  };
  return `WECHATPAY2-SHA256-RSA2048 ${Object.entries(parts)
    .map(([name, value]) => `${name}="${value}"`)
    .join(',')}`;
}

/** The signature that an app hands to WeChat's SDK: over the bare prepay id, without `prepay_id=`. */
export const wechatAppSign = (
  key: KeyObject,
  appId: string,
  seconds: number,
  nonce: string,
  prepayId: string,
): string => rsaSign(key, `${appId}\n${seconds}\n${nonce}\n${prepayId}\n`);

/** How far a message's time may be from ours. */
const WINDOW_SECONDS = 300;

/** Checks a reply or a notice over its raw body; undefined when it is WeChat's, else what is wrong. */
export function wechatMessageProblem(
  keys: ReadonlyMap<string, KeyObject>,
  headers: Headers,
  raw: string,
  nowSeconds: number,
): string | undefined {
  const [timestamp, nonce, signature, serial] = ['timestamp', 'nonce', 'signature', 'serial'].map((name) =>
    headers.get(`wechatpay-${name}`),
  );
  if (!timestamp || !nonce || !signature || !serial) return 'unsigned';
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(nowSeconds - Number(timestamp)) > WINDOW_SECONDS)
    return 'out of time';
  const key = keys.get(serial);
  if (!key) return 'unknown serial';
  return rsaVerify(key, `${timestamp}\n${nonce}\n${raw}\n`, signature) ? undefined : 'signature';
}

const resourceShape = z.looseObject({
  algorithm: z.literal('AEAD_AES_256_GCM'),
  ciphertext: z.string(),
  nonce: z.string(),
  associated_data: z.string().optional(),
});

const TAG_BYTES = 16;

/** The text inside a notice's `resource`. Throws when the key or a byte differs. */
export function openWechatResource(apiKey: string, resource: unknown): string {
  const { ciphertext, nonce, associated_data } = resourceShape.parse(resource);
  const key = Buffer.from(apiKey, 'utf8');
  if (key.length !== 32) throw new TypeError('The APIv3 key must have 32 bytes.');
  const bytes = Buffer.from(ciphertext, 'base64');
  const end = bytes.length - TAG_BYTES;
  if (end < 0) throw new TypeError('The resource is too short.');
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'utf8'));
  decipher.setAAD(Buffer.from(associated_data ?? '', 'utf8'));
  decipher.setAuthTag(bytes.subarray(end));
  return Buffer.concat([decipher.update(bytes.subarray(0, end)), decipher.final()]).toString('utf8');
}
