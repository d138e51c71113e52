import { sql } from 'drizzle-orm';
import { operatorRecoveryCodes, operators } from '../../../db/schema/operators.ts';
import type { Random } from '../../core/random.ts';
import { digest } from '../../core/sealing.ts';
import { plainCode } from '../../core/text/code.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import type { Keys } from '../../platform/keys/keys.ts';
import type { Platform } from '../../realtime/context.ts';

const COUNT = 10;
/** Letters and digits that nobody takes for each other: 32 of them, 5 bits each, and 80 bits a code. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
const LENGTH = 16;

const draw = (random: Random) => {
  const letters = Array.from({ length: LENGTH }, () => ALPHABET[random.below(ALPHABET.length)]).join('');
  return letters.replace(/(.{4})(?=.)/g, '$1-');
};

/** New codes as they are shown, once: `7KQ2-…`. */
export const drawRecoveryCodes = (random: Random): readonly string[] =>
  Array.from({ length: COUNT }, () => draw(random));

/** What is stored of a code, however it was typed. Another server has other digests. */
export const recoveryDigest = (keys: Keys, code: string): string => under(keys.pepper, code);
const under = (pepper: Uint8Array, code: string) =>
  digest(pepper, 'operator_recovery_codes.digest', plainCode(code));

const renew = prepareChange<{ digest: string; old: string; name: string }>(
  sql`UPDATE ${operatorRecoveryCodes} SET digest = ${p('digest')} WHERE digest IN (SELECT value FROM json_each(${p('old')}))
    AND operator_id = (SELECT id FROM ${operators} WHERE name = ${p('name')} AND removed_at IS NULL)`,
);
/** A code that an earlier PAY_PEPPER has digested goes over to the present one, before anything looks for it. */
export async function renewRecoveryDigest(
  { db, keys }: Pick<Platform, 'db' | 'keys'>,
  name: string,
  code: string,
) {
  if (keys.oldPeppers.length === 0) return;
  const old = JSON.stringify(keys.oldPeppers.map((pepper) => under(pepper, code)));
  await db.write(renew({ digest: recoveryDigest(keys, code), old, name }));
}
