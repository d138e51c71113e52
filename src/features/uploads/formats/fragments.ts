import { type Box, boxesIn } from './boxes.ts';
import type { Span } from './edits.ts';
import type { Look } from './source.ts';

/** What a fragment says of one track. */
export interface TrackFragment {
  readonly box: Box;
  readonly track: number;
  readonly spans: readonly Span[];
}

/** Bits of tfhd and trun. */
const HAS_BASE = 0x1;
const HAS_DESCRIPTION = 0x2;
const HAS_DURATION = 0x8;
const HAS_SIZE = 0x10;
const BASE_IS_MOOF = 0x20000;
const RUN_HAS_OFFSET = 0x1;
const RUN_HAS_FLAGS = 0x4;
const SAMPLE_FIELDS = [0x100, 0x200, 0x400, 0x800] as const;
const SAMPLE_HAS_SIZE = 0x200;

/** Rows of a run that are read at once. */
const BLOCK = 4096;

interface Header {
  readonly track: number;
  readonly base: number;
  readonly size: number;
}

async function headerOf(
  look: Look,
  { body, end }: Box,
  moof: Box,
  before: number,
  sizes: ReadonlyMap<number, number>,
) {
  const header = await look.reader(body, Math.min(end - body, 32));
  const flags = header.u24(1);
  const track = header.u32(4);
  let at = 8;
  let base = flags & BASE_IS_MOOF ? moof.start : before;
  if (flags & HAS_BASE) {
    base = header.u64(at);
    at += 8;
  }
  if (flags & HAS_DESCRIPTION) at += 4;
  if (flags & HAS_DURATION) at += 4;
  const size = flags & HAS_SIZE ? header.u32(at) : (sizes.get(track) ?? 0);
  return { track, base, size } satisfies Header;
}

/** Bytes of all samples of a run, whose rows begin at `at`. */
async function runBytes(look: Look, box: Box, at: number, count: number, flags: number, size: number) {
  if (!(flags & SAMPLE_HAS_SIZE)) return count * size;
  const width = 4 * SAMPLE_FIELDS.filter((field) => flags & field).length;
  const offset = flags & 0x100 ? 4 : 0;
  const rows = Math.min(count, Math.floor((box.end - at) / width));
  let sum = 0;
  for (let row = 0; row < rows; row += BLOCK) {
    const some = Math.min(BLOCK, rows - row);
    const block = await look.reader(at + row * width, some * width);
    for (let i = 0; i < some; i++) {
      await look.finePart();
      sum += block.u32(i * width + offset);
    }
  }
  return sum;
}

/** The samples of one run: they follow those before it where it names no place. */
async function runSpan(look: Look, box: Box, { base, size }: Header, before: number): Promise<Span> {
  const head = await look.reader(box.body, Math.min(box.end - box.body, 16));
  const flags = head.u24(1);
  const start = flags & RUN_HAS_OFFSET ? base + (head.u32(8) | 0) : before;
  const rows = box.body + 8 + (flags & RUN_HAS_OFFSET ? 4 : 0) + (flags & RUN_HAS_FLAGS ? 4 : 0);
  return { start, end: start + (await runBytes(look, box, rows, head.u32(4), flags, size)) };
}

/**
 * What a fragment (`moof`) says of each of its tracks.
 * @param sizes the size of a track's samples where the fragment names none (`trex`)
 */
export async function trackFragments(
  look: Look,
  moof: Box,
  trafs: readonly Box[],
  sizes: ReadonlyMap<number, number>,
): Promise<TrackFragment[]> {
  const fragments: TrackFragment[] = [];
  let before = moof.start;
  for (const box of trafs) {
    let header: Header | undefined;
    const spans: Span[] = [];
    for await (const child of boxesIn(look, box.body, box.end)) {
      if (child.type === 'tfhd') {
        header = await headerOf(look, child, moof, before, sizes);
        before = header.base;
      } else if (child.type === 'trun' && header) {
        const span = await runSpan(look, child, header, before);
        spans.push(span);
        before = span.end;
      }
    }
    fragments.push({ box, track: header?.track ?? 0, spans });
  }
  return fragments;
}
