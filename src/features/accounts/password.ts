import { Buffer } from 'node:buffer';
import { scrypt, timingSafeEqual } from 'node:crypto';
import type { Random } from '../../core/random.ts';
import type { PasswordMd5 } from '../../http/params.ts';

/** OWASP's second scrypt setting: 16 MB and about 0.2 s, the most that a Workers isolate can bear. */
const COST = { ln: 14, r: 8, p: 5 } as const;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

interface Parameters {
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

/** Off the event loop on Bun (its thread pool); on Workers it takes the isolate's own time. */
function derive(password: string, salt: Uint8Array, { ln, r, p }: Parameters): Promise<Buffer> {
  const N = 2 ** ln;
  const options = { N, r, p, maxmem: 256 * N * r };
  return new Promise((resolve, reject) => {
    scrypt(password, salt, HASH_BYTES, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

const unpadded = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replace(/=+$/, '');

/** The hash to store: scrypt over the md5 that clients agree on, in PHC form with its parameters. */
export async function hashPassword(password: PasswordMd5, random: Random): Promise<string> {
  const salt = random.bytes(SALT_BYTES);
  const hash = await derive(password, salt, COST);
  return `$scrypt$ln=${COST.ln},r=${COST.r},p=${COST.p}$${unpadded(salt)}$${unpadded(hash)}`;
}

const PHC = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** Tells whether a password is the stored one, with the parameters that the stored hash names. */
export async function isPassword(password: PasswordMd5, stored: string): Promise<boolean> {
  const match = PHC.exec(stored);
  if (!match) return false;
  const [, ln, r, p, salt = '', hash = ''] = match;
  const expected = Buffer.from(hash, 'base64');
  const actual = await derive(password, Buffer.from(salt, 'base64'), {
    ln: Number(ln),
    r: Number(r),
    p: Number(p),
  });
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

/** Takes as long as a wrong password, for accounts that do not exist. */
export async function wastePasswordTime(password: PasswordMd5): Promise<void> {
  await derive(password, new Uint8Array(SALT_BYTES), COST);
}
