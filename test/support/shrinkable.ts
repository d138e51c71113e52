import { sniff } from '../../src/features/uploads/formats/sniff.ts';
import { inTurns } from '../../src/features/uploads/formats/steps.ts';
import type { Shrinkable } from '../../src/platform/files/files.ts';

/** A picture as uploads give it to be shrunk; what is no picture goes as it is. */
export async function shrinkable(bytes: Uint8Array, owner = 1): Promise<Shrinkable> {
  const format = sniff(bytes);
  const as = async (turning: 'kept' | 'left out') =>
    format?.kind === 'picture' ? inTurns(format.clean(bytes, turning)) : { bytes, orientation: 1 };
  const whole = await as('kept').catch(() => ({ bytes, orientation: 1 }));
  return { ...whole, plain: async () => (await as('left out')).bytes, owner };
}
