import { Buffer } from 'node:buffer';
import { createHash, X509Certificate } from 'node:crypto';
import { BadKey } from './rsa.ts';

/** Alipay's certificate mode names certificates by a digest of issuer and serial number. */

const PEM = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

const serialOf = (certificate: X509Certificate): string => {
  const issuer = certificate.issuer.split('\n').reverse().join(',');
  return createHash('md5')
    .update(`${issuer}${BigInt(`0x${certificate.serialNumber}`)}`, 'utf8')
    .digest('hex');
};

/** `app_cert_sn`, or the name of the gateway's own certificate. */
export const certificateSerial = (pem: string): string => serialOf(new X509Certificate(pem));

/** DER of an OID that begins 1.2.840.113549.1.1: a signature by RSA. */
const RSA_SIGNATURE = Buffer.from('2a864886f70d0101', 'hex');

/** The length that a DER element says of itself, and where its content begins. */
function element(der: Uint8Array, at: number): { start: number; end: number } {
  const short = der[at + 1] ?? 0;
  if (short < 0x80) return { start: at + 2, end: at + 2 + short };
  const count = short & 0x7f;
  const length = der.subarray(at + 2, at + 2 + count).reduce((sum, byte) => sum * 256 + byte, 0);
  return { start: at + 2 + count, end: at + 2 + count + length };
}

/** Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm SEQUENCE { OID … }, signature }. */
function isSignedByRsa(der: Uint8Array): boolean {
  const tbs = element(der, element(der, 0).start);
  const oid = element(der, element(der, tbs.end).start);
  return Buffer.from(der.subarray(oid.start, oid.end))
    .subarray(0, RSA_SIGNATURE.length)
    .equals(RSA_SIGNATURE);
}

/**
 * `alipay_root_cert_sn` of a bundle: its RSA roots joined by `_`; the others (SM2, ECC) do not count.
 * Throws `BadKey` where there is none.
 */
export function rootSerial(bundle: string): string {
  const roots = (bundle.match(PEM) ?? [])
    .map((pem) => new X509Certificate(pem))
    .filter((certificate) => isSignedByRsa(certificate.raw));
  if (roots.length === 0) throw new BadKey('There is no RSA root certificate.');
  return roots.map(serialOf).join('_');
}
