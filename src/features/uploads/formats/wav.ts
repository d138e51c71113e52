import { latin1, Malformed } from './bytes.ts';
import type { Edit } from './edits.ts';
import type { Plan } from './plan.ts';
import type { Look } from './source.ts';

/** The sound, its form, and how it repeats; all other chunks are titles, places, makers' own and padding. */
const KEPT = new Set(['fmt ', 'data', 'fact', 'smpl', 'ds64', 'PEAK']);

/**
 * A WAV whose other chunks are empty: `LIST`, `bext`, `iXML`, ID3. The data of one that was written while it was
 * recorded reaches to the end, whatever it says.
 */
export async function planWav(look: Look): Promise<Plan> {
  const edits: Edit[] = [];
  let [sound, at] = [false, 12];
  while (at + 8 <= look.size) {
    await look.part();
    const head = await look.reader(at, 8);
    const type = head.text(0, 4);
    const length = head.u32(4, true);
    const end = Math.min(look.size, at + 8 + length + (length & 1));
    if (type === 'data') sound = true;
    else if (end - at - 8 < length) throw new Malformed('WAV chunk larger than its file');
    if (!KEPT.has(type)) {
      edits.push({ start: at, end: at + 4, bytes: latin1('JUNK') }, { start: at + 8, end });
    }
    at = end;
  }
  if (!sound) throw new Malformed('WAV without a sound');
  edits.push({ start: at, end: look.size, bytes: new Uint8Array(0) });
  return { edits: edits.filter(({ start, end }) => end > start) };
}
