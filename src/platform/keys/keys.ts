import { digest, type SealingKey } from '../../core/sealing.ts';

/** The secrets of this installation, as bytes. */
export interface Keys {
  /** Signs session tokens. */
  readonly session: Uint8Array;
  /** Keys the digests of pay passwords and SMS codes. */
  readonly pepper: Uint8Array;
  /** The name of `pepper`. */
  readonly pepperName: string;
  /** Those before it, under which digests may still be kept. */
  readonly oldPeppers: readonly Uint8Array[];
  /** AES-256 keys of what is encrypted at rest: the first one seals, those before it open. */
  readonly data: readonly [SealingKey, ...SealingKey[]];
  /** Key the digests that find one number twice: the first one digests, by the others some are kept. */
  readonly duplicates: readonly [Uint8Array, ...Uint8Array[]];
  /** Lays every user's grid of places (src/features/nearby). Drawn once and kept: another one would give places away. */
  readonly places: Uint8Array;
  /** Seals the audit of operators' acts (src/operations/audit). Made from the data key where AUDIT_KEY is not set. */
  readonly audit: Uint8Array;
}

/** The digests of a text under each of these keys, as JSON: the first is the one that is kept. */
export function digestsOf(
  keys: readonly Uint8Array[],
  purpose: string,
  text: string,
): { readonly kept: string; readonly all: string } {
  const all = keys.map((key) => digest(key, purpose, text));
  return { kept: all[0] ?? '', all: JSON.stringify(all) };
}
