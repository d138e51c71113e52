import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import type { Random } from './random.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Bytes of a key that seals. */
export const KEY_BYTES = 32;
/** Between the name of the key and what it sealed; no base64 has one. */
const NAME_END = ':';

/** A key that seals, and its name, from which nobody learns the key. What it seals begins with that name. */
export interface SealingKey {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export const sealingKey = (bytes: Uint8Array): SealingKey => ({
  name: digest(bytes, 'name of a key', '').slice(0, 11),
  bytes,
});

/**
 * Encrypts a text for the database with AES-256-GCM. The purpose (table and column) is authenticated, so
 * that a value cannot be moved elsewhere.
 */
export function seal(key: SealingKey, purpose: string, text: string, random: Random): string {
  const nonce = random.bytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key.bytes, nonce).setAAD(Buffer.from(purpose));
  const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return key.name + NAME_END + sealed.toString('base64');
}

function opened(key: SealingKey, purpose: string, bytes: Buffer): string | undefined {
  const end = bytes.length - TAG_BYTES;
  try {
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', key.bytes, nonce).setAAD(Buffer.from(purpose));
    decipher.setAuthTag(bytes.subarray(end));
    const text = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, end)), decipher.final()]);
    return text.toString('utf8');
  } catch {
    return undefined;
  }
}

/** The name of the key that sealed a text; undefined where it was sealed before keys had names. */
export function keyNameOf(sealed: string): string | undefined {
  const end = sealed.indexOf(NAME_END);
  return end < 0 ? undefined : sealed.slice(0, end);
}

/**
 * Opens what `seal` made under one of these keys; undefined where it was sealed under another one, or changed.
 * @param keys the one that it names opens it; what names none, each of them may
 */
export function unsealIfOurs(
  keys: readonly SealingKey[],
  purpose: string,
  sealed: string,
): string | undefined {
  const named = keyNameOf(sealed);
  const bytes = Buffer.from(named === undefined ? sealed : sealed.slice(named.length + 1), 'base64');
  for (const key of keys) {
    if (named !== undefined && key.name !== named) continue;
    const text = opened(key, purpose, bytes);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** A keyed digest, to find or compare a secret without keeping it. */
export const digest = (pepper: Uint8Array, purpose: string, text: string): string =>
  createHmac('sha256', pepper).update(`${purpose}\0${text}`, 'utf8').digest('base64url');

/** A key for one use alone, made of a secret by HKDF: from neither can anybody tell the other uses of the secret. */
export const keyFor = (secret: Uint8Array, use: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(), `teahouse ${use}`, KEY_BYTES));
