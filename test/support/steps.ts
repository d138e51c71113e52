import { Buffer } from 'node:buffer';
import { type Edit, edited } from '../../src/features/uploads/formats/edits.ts';
import type { Plan } from '../../src/features/uploads/formats/plan.ts';
import { Look, type Source } from '../../src/features/uploads/formats/source.ts';
import { BYTES_PER_FINE_PART, type Steps } from '../../src/features/uploads/formats/steps.ts';

/** Takes all steps at once. */
export function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const next = steps.next();
    if (next.done) return next.value;
  }
}

export const sourceOf = (bytes: Uint8Array): Source => ({
  size: bytes.length,
  read: async (start, count) => bytes.subarray(start, start + count),
});

/** The bytes with the edits, as they stream by in chunks. */
export async function withEdits(bytes: Uint8Array, edits: readonly Edit[], chunk: number): Promise<Buffer> {
  async function* source() {
    for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
  }
  return Buffer.concat(await Array.fromAsync(edited(source(), edits)));
}

/** What goes out of a file that is planned. */
export async function planned(
  plan: (look: Look) => Promise<Plan>,
  bytes: Uint8Array,
  chunk = 1000,
): Promise<Buffer> {
  const { edits } = await plan(new Look(sourceOf(bytes), BYTES_PER_FINE_PART));
  return withEdits(bytes, edits, chunk);
}
