import { Buffer } from 'node:buffer';
import { scrypt, timingSafeEqual } from 'node:crypto';
import type { PasswordCost } from '../../core/password-cost.ts';
import type { Random } from '../../core/random.ts';
import type { PasswordMd5 } from '../../http/params.ts';

const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** A password as it was typed, of people whom no client's md5 stands for (operators). */
export type PlainPassword = string & { readonly __kind: 'plain-password' };
type Hashable = PasswordMd5 | PlainPassword;

/** What a new hash takes; a `Context` has it. */
export interface Hashing {
  readonly random: Random;
  readonly passwordCost: PasswordCost;
}

/** Off the event loop on Bun (its thread pool); on Workers it takes the isolate's own time. */
function derive(password: string, salt: Uint8Array, { ln, r, p }: PasswordCost): Promise<Buffer> {
  const N = 2 ** ln;
  const options = { N, r, p, maxmem: 256 * N * r };
  return new Promise((resolve, reject) => {
    scrypt(password, salt, HASH_BYTES, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

const unpadded = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replace(/=+$/, '');

/** The hash to store: scrypt over the md5 that clients agree on, in PHC form with its parameters. */
export async function hashPassword(password: Hashable, { random, passwordCost }: Hashing): Promise<string> {
  const { ln, r, p } = passwordCost;
  const salt = random.bytes(SALT_BYTES);
  const hash = await derive(password, salt, passwordCost);
  return `$scrypt$ln=${ln},r=${r},p=${p}$${unpadded(salt)}$${unpadded(hash)}`;
}

const PHC = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** Tells whether a password is the stored one, with the parameters that the stored hash names. */
export async function isPassword(password: Hashable, stored: string): Promise<boolean> {
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
export async function wastePasswordTime(password: Hashable, cost: PasswordCost): Promise<void> {
  await derive(password, new Uint8Array(SALT_BYTES), cost);
}
