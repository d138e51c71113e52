import { createHash } from 'node:crypto';
import type { Random } from '../../core/random.ts';

/** Bits enough that a digest needs no key: nobody guesses what it is the digest of. */
const BYTES = 32;

/** By what a secret begins, so that people and scanners of leaked secrets know one. */
const PREFIXES = { invitation: 'thi_', session: 'ths_', token: 'thp_' } as const;
type Kind = keyof typeof PREFIXES;

/** A secret that is given away once, and the digest that is stored. */
export interface DrawnSecret {
  readonly text: string;
  readonly digest: string;
}

/** The digest by which a secret is found again. */
export const digestOfSecret = (text: string): string => createHash('sha256').update(text).digest('base64url');

export function drawSecret(kind: Kind, random: Random): DrawnSecret {
  const text = PREFIXES[kind] + Buffer.from(random.bytes(BYTES)).toString('base64url');
  return { text, digest: digestOfSecret(text) };
}

/** Whether a text could be such a secret at all; others need no look into the database. */
export const isDrawnSecret = (kind: Kind, text: string): boolean =>
  text.startsWith(PREFIXES[kind]) && /^[\w-]{47}$/.test(text);
