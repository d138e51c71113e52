import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import type { Random } from './random.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts a text for the database with AES-256-GCM. The purpose (table and column) is authenticated, so
 * that a value cannot be moved elsewhere.
 */
export function seal(key: Uint8Array, purpose: string, text: string, random: Random): string {
  const nonce = random.bytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(purpose));
  const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return sealed.toString('base64');
}

/** Opens what `seal` made; throws when the key, the purpose or a byte differs. */
export function unseal(key: Uint8Array, purpose: string, sealed: string): string {
  const bytes = Buffer.from(sealed, 'base64');
  const end = bytes.length - TAG_BYTES;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES)).setAAD(
    Buffer.from(purpose),
  );
  decipher.setAuthTag(bytes.subarray(end));
  return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, end)), decipher.final()]).toString(
    'utf8',
  );
}

/** Opens what `seal` made under this key; undefined where it was sealed under another one, or changed. */
export function unsealIfOurs(key: Uint8Array, purpose: string, sealed: string): string | undefined {
  try {
    return unseal(key, purpose, sealed);
  } catch {
    return undefined;
  }
}

/** A keyed digest, to find or compare a secret without keeping it. */
export const digest = (pepper: Uint8Array, purpose: string, text: string): string =>
  createHmac('sha256', pepper).update(`${purpose}\0${text}`, 'utf8').digest('base64url');
