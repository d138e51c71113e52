import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file of test/platform/payments/fixtures, made with OpenSSL. */
export const fixture = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../platform/payments/fixtures', name), 'utf8');

/** Made once with OpenSSL over the key of the certificate `gateway.pem`. */
export const SIGNED = '茶馆=开&amount=12.34';
export const SIGNATURE = fixture('gateway-signature.txt').trim();

/** As consoles show a key: without its header and line ends. */
export const bare = (pem: string): string => pem.replace(/-----[^-]+-----|\s/g, '');
/** As somebody pastes a file into a setting of one line. */
export const oneLine = (pem: string): string => pem.replaceAll('\n', '\\n');

/** A new RSA key in every encoding, as PEM. */
export function newPair(modulusLength = 2048) {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength });
  const pem = (key: typeof privateKey, type: 'pkcs8' | 'pkcs1') =>
    key.export({ type, format: 'pem' }).toString();
  const publicPem = (type: 'spki' | 'pkcs1') => publicKey.export({ type, format: 'pem' }).toString();
  return {
    pkcs8: pem(privateKey, 'pkcs8'),
    pkcs1: pem(privateKey, 'pkcs1'),
    spki: publicPem('spki'),
    publicPkcs1: publicPem('pkcs1'),
  };
}
