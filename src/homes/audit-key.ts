import type { Random } from '../core/random.ts';
import { digest, type SealingKey, seal, unsealIfOurs } from '../core/sealing.ts';
import { type InstanceRows, markName, markOfKey, valueIn } from '../features/person-keys/needed.ts';

/** The row with the audit's key, sealed, from the first exchange of DATA_KEY on. */
export const SEALED_AUDIT_KEY = 'sealed:AUDIT_KEY';

/**
 * The key of the audit where AUDIT_KEY is not set: made of DATA_KEY, and of the first one where it was exchanged since.
 * It is never kept in the database in the open: whoever can write there must not be able to seal there.
 */
export function auditKeyOf(data: readonly [SealingKey, ...SealingKey[]], rows: InstanceRows): Uint8Array {
  const kept = valueIn(rows, SEALED_AUDIT_KEY);
  const mark = valueIn(rows, markName('DATA_KEY'));
  const first = data.find(({ bytes }) => markOfKey(bytes, 'DATA_KEY') === mark) ?? data[0];
  const text = kept ? unsealIfOurs(data, SEALED_AUDIT_KEY, kept) : undefined;
  return new TextEncoder().encode(text ?? digest(first.bytes, 'AUDIT_KEY', ''));
}

/** The value of the row that keeps it. */
export const sealAuditKey = (key: SealingKey, audit: Uint8Array, random: Random): string =>
  seal(key, SEALED_AUDIT_KEY, new TextDecoder().decode(audit), random);
