import { latin1, Malformed } from './bytes.ts';
import type { Edit, Span } from './edits.ts';
import type { Look } from './source.ts';

/** A box of an ISO or QuickTime file. */
export interface Box {
  readonly type: string;
  readonly start: number;
  /** Where its content begins. */
  readonly body: number;
  readonly end: number;
}

async function boxAt(look: Look, start: number, within: number): Promise<Box> {
  const header = await look.reader(start, 8);
  const type = header.text(4, 4);
  const short = header.u32(0);
  if (!/^[ -~\xa9]{4}$/.test(type)) throw new Malformed('Box without a name');
  const isOpen = short === 0 && within === look.size;
  const size = short === 1 ? (await look.reader(start + 8, 8)).u64(0) : isOpen ? within - start : short;
  const body = start + (short === 1 ? 16 : 8);
  const end = start + size;
  if (end < body) throw new Malformed('Box smaller than its header');
  if (end > within) throw new Malformed('Box larger than its container');
  return { type, start, body, end };
}

/** The boxes between two offsets; less than a header at the end is padding. */
export async function* boxesIn(look: Look, start: number, end: number): AsyncGenerator<Box> {
  for (let at = start; at + 8 <= end; ) {
    await look.part();
    const box = await boxAt(look, at, end);
    yield box;
    at = box.end;
  }
}

/** True where nothing but zeros follows: cameras fill up with them, and players stop there. */
export async function isPadding(look: Look, at: number): Promise<boolean> {
  return (await look.piece(at, 8)).every((byte) => byte === 0);
}

/** The box becomes a `free` one of zeros, so that no offset moves. */
export const blanked = ({ start, body, end }: Box): Edit[] => [
  { start: start + 4, end: start + 8, bytes: latin1('free') },
  { start: body, end },
];

/** Zeros up to the container's end where less than a header is left. */
export const padding = (boxes: readonly Box[], { start, end }: Span): Edit => ({
  start: boxes.at(-1)?.end ?? start,
  end,
});
