import type { Box } from './boxes.ts';
import { Malformed } from './bytes.ts';
import type { Span } from './edits.ts';
import type { Look } from './source.ts';

/** Entries that are read at once. */
const BLOCK = 4096;

/** A table of numbers in a file, read a block at a time. */
class Table {
  readonly count: number;
  readonly #look: Look;
  readonly #at: number;
  readonly #width: number;
  #block: Uint8Array = new Uint8Array(0);
  #from = -BLOCK;

  constructor(look: Look, at: number, end: number, count: number, width: number) {
    this.#look = look;
    this.#at = at;
    this.#width = width;
    this.count = Math.min(count, Math.floor(Math.max(0, end - at) / width));
  }

  /** Entry `index`, counted from 0, as a view that says it in bytes. */
  async entry(index: number): Promise<DataView> {
    if (index < this.#from || index >= this.#from + BLOCK) {
      this.#from = index;
      const entries = Math.min(BLOCK, this.count - index);
      this.#block = await this.#look.piece(this.#at + index * this.#width, entries * this.#width);
    }
    const { buffer, byteOffset } = this.#block;
    return new DataView(buffer, byteOffset + (index - this.#from) * this.#width, this.#width);
  }
}

async function tableOf(look: Look, { body, end }: Box, width: number): Promise<Table> {
  return new Table(look, body + 8, end, (await look.reader(body + 4, 4)).u32(0), width);
}

/** Sizes of the samples in their order: `take` adds up the next ones. */
async function sizesOf(look: Look, box: Box): Promise<{ take(count: number): Promise<number> }> {
  const same = box.type === 'stsz' ? (await look.reader(box.body + 4, 4)).u32(0) : 0;
  const count = (await look.reader(box.body + 8, 4)).u32(0);
  if (same > 0) return { take: async (samples) => samples * same };
  const bits = box.type === 'stsz' ? 32 : (await look.reader(box.body + 4, 4)).u32(0) & 255;
  if (![4, 8, 16, 32].includes(bits)) throw new Malformed('Sizes of samples of no width');
  // Two sizes of 4 bits share a byte; whoever writes them is taken to fill it.
  const width = Math.max(1, bits / 8);
  const table = new Table(look, box.body + 12, box.end, bits === 4 ? Math.ceil(count / 2) : count, width);
  const read = { 1: 'getUint8', 2: 'getUint16', 4: 'getUint32' } as const;
  let at = 0;
  return {
    async take(samples) {
      let sum = 0;
      const end = Math.min(table.count, at + (bits === 4 ? Math.ceil(samples / 2) : samples));
      for (; at < end; at++) {
        await look.finePart();
        const size = (await table.entry(at))[read[width as 1 | 2 | 4]](0);
        sum += bits === 4 ? (size >> 4) + (size & 15) : size;
      }
      return sum;
    },
  };
}

/** A track's tables: where its samples lie. */
export type SampleTables = ReadonlyMap<string, Box>;

/** Where the samples of a track lie, a span for each chunk. */
export async function sampleSpans(look: Look, tables: SampleTables): Promise<Span[]> {
  const offsets = tables.get('stco') ?? tables.get('co64');
  const sizeBox = tables.get('stsz') ?? tables.get('stz2');
  const runBox = tables.get('stsc');
  if (!offsets || !sizeBox || !runBox) return [];
  const chunks = await tableOf(look, offsets, offsets.type === 'co64' ? 8 : 4);
  const runs = await tableOf(look, runBox, 12);
  const sizes = await sizesOf(look, sizeBox);
  const spans: Span[] = [];
  let [run, samples] = [0, 0];
  for (let chunk = 0; chunk < chunks.count; chunk++) {
    await look.finePart();
    for (; run < runs.count; run++) {
      const entry = await runs.entry(run);
      if (entry.getUint32(0) > chunk + 1) break;
      await look.finePart();
      samples = entry.getUint32(4);
    }
    const offset = await chunks.entry(chunk);
    const start = offset.byteLength === 8 ? Number(offset.getBigUint64(0)) : offset.getUint32(0);
    spans.push({ start, end: start + (await sizes.take(samples)) });
  }
  return spans;
}
