import { Buffer } from 'node:buffer';
import {
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  verify,
  X509Certificate,
} from 'node:crypto';

/** RSA-SHA256 (PKCS#1 v1.5), in every form in which the gateways' consoles hand keys out. */

const body = (pem: string) => Buffer.from(pem.replace(/-----[^-]+-----/g, '').replace(/\s+/g, ''), 'base64');
const first = <Value>(...attempts: (() => Value)[]): Value | undefined => {
  for (const attempt of attempts) {
    try {
      return attempt();
    } catch {
      // The next form.
    }
  }
  return undefined;
};

/** What is wrong with a key or certificate, in our own words: a runtime's may show its bytes. */
export class BadKey extends TypeError {
  override readonly name = 'BadKey';
}

/** A setting may hold `\n` where a file has line ends. */
const unescaped = (text: string) => text.replaceAll('\\n', '\n').trim();

/** PKCS#8 or PKCS#1, as PEM or as bare base64. Throws `BadKey`. */
export function privateKey(text: string): KeyObject {
  const key = body(unescaped(text));
  const found = first(
    () => createPrivateKey({ key, format: 'der', type: 'pkcs8' }),
    () => createPrivateKey({ key, format: 'der', type: 'pkcs1' }),
  );
  if (found?.asymmetricKeyType !== 'rsa') throw new BadKey('This is no RSA private key in PKCS#8 or PKCS#1.');
  return found;
}

/** SPKI, PKCS#1 or a certificate, as PEM or as bare base64. Throws `BadKey`. */
export function publicKey(text: string): KeyObject {
  const plain = unescaped(text);
  const key = body(plain);
  // Bun would take the public half out of a private key that somebody pasted into the wrong setting.
  const isPrivate = first(() => privateKey(text)) !== undefined;
  const found = isPrivate
    ? undefined
    : plain.includes('BEGIN CERTIFICATE')
      ? first(() => new X509Certificate(plain).publicKey)
      : first(
          () => createPublicKey({ key, format: 'der', type: 'spki' }),
          () => createPublicKey({ key, format: 'der', type: 'pkcs1' }),
        );
  if (found?.asymmetricKeyType !== 'rsa') throw new BadKey('This is no RSA public key or certificate.');
  return found;
}

/** Base64 of the signature. */
export const rsaSign = (key: KeyObject, text: string): string =>
  sign('RSA-SHA256', Buffer.from(text, 'utf8'), key).toString('base64');

export const rsaVerify = (key: KeyObject, text: string | Uint8Array, signature: string): boolean =>
  /^[A-Za-z0-9+/]+={0,2}$/.test(signature) &&
  verify(
    'RSA-SHA256',
    typeof text === 'string' ? Buffer.from(text, 'utf8') : text,
    key,
    Buffer.from(signature, 'base64'),
  );
