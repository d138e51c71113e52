import { type Box, blanked, boxesIn } from './boxes.ts';
import type { Edit, Span } from './edits.ts';
import { type SampleTables, sampleSpans } from './samples.ts';
import type { Look } from './source.ts';

/**
 * What a film shows and plays, by its handlers: pictures, sound, transparency, time codes. Every other kind of
 * track goes: cameras, phones and drones keep their places in tracks of metadata (GoPro `gpmd`, `camm`, Sony
 * `rtmd`, DJI `djmd`, Apple `mebx`) and in subtitles (DJI).
 */
const KEPT = new Set(['vide', 'soun', 'auxv', 'pict', 'tmcd']);
/** The same kinds by their samples, whatever handler they name. */
const METADATA = new Set(
  'gpmd camm rtmd djmd dbgi mebx CTMD fdsc priv mett metx urim stpp text tx3g sbtl wvtt'.split(' '),
);
const PARTS = new Set('tkhd edts mdia tref load imap matt kmat clip tapt trgr'.split(' '));
const CONTAINERS = new Set(['mdia', 'minf', 'stbl']);
/** Boxes of metadata, wherever they are. */
const BLANKED = new Set(['udta', 'meta', 'uuid', 'free', 'skip', 'wide', 'ID32']);
const TABLES = new Set(['stsc', 'stsz', 'stz2', 'stco', 'co64']);

export interface Track {
  readonly id: number;
  readonly isKept: boolean;
  readonly edits: readonly Edit[];
  /** Where the samples lie of a track that is not kept. */
  readonly lost: readonly Span[];
}

/** Zeros from `offset` of the box's content up to `until`, as far as the box reaches. */
const zeros = ({ body, end }: Box, offset: number, until = Number.POSITIVE_INFINITY): Edit => ({
  start: Math.min(end, body + offset),
  end: Math.min(end, body + until),
});

/** Times of making and changing, which headers of films, tracks and media begin with. */
export async function withoutTimes(look: Look, box: Box): Promise<Edit> {
  const [version] = await look.piece(box.body, 1);
  return zeros(box, 4, version === 1 ? 20 : 12);
}

/** The maker and the handler's name: cameras write their own there. */
export const withoutMaker = (box: Box): Edit => zeros(box, 12);

/** Maker and encoder of each description of samples. */
async function describedSamples(look: Look, stsd: Box, isPicture: boolean) {
  const types: string[] = [];
  const edits: Edit[] = [];
  for await (const entry of boxesIn(look, stsd.body + 8, stsd.end)) {
    types.push(entry.type);
    edits.push(zeros(entry, 12, 16));
    if (isPicture) edits.push(zeros(entry, 42, 74));
  }
  return { types, edits };
}

class TrackWalk {
  readonly edits: Edit[] = [];
  readonly tables = new Map<string, Box>();
  readonly #look: Look;
  id = 0;
  kind = '';
  stsd: Box | undefined;

  constructor(look: Look) {
    this.#look = look;
  }

  async walk(container: Box, kept?: ReadonlySet<string>): Promise<void> {
    let end = container.body;
    for await (const box of boxesIn(this.#look, container.body, container.end)) {
      end = box.end;
      if (BLANKED.has(box.type) || (kept && !kept.has(box.type))) this.edits.push(...blanked(box));
      else if (CONTAINERS.has(box.type)) await this.walk(box);
      else await this.#take(box, container.type);
    }
    this.edits.push({ start: end, end: container.end });
  }

  async #take(box: Box, container: string): Promise<void> {
    if (box.type === 'tkhd' || box.type === 'mdhd') {
      this.edits.push(await withoutTimes(this.#look, box));
      if (box.type === 'tkhd') this.id = await this.#idIn(box);
    } else if (box.type === 'hdlr') {
      if (container === 'mdia') this.kind = (await this.#look.reader(box.body + 8, 4)).text(0, 4);
      this.edits.push(withoutMaker(box));
    } else if (box.type === 'stsd') this.stsd = box;
    else if (TABLES.has(box.type)) this.tables.set(box.type, box);
  }

  async #idIn({ body }: Box): Promise<number> {
    const [version] = await this.#look.piece(body, 1);
    return (await this.#look.reader(body + (version === 1 ? 20 : 12), 4)).u32(0);
  }
}

/** Looks at a track: what becomes of it, and of its samples. */
export async function trackOf(look: Look, trak: Box): Promise<Track> {
  const walk = new TrackWalk(look);
  await walk.walk(trak, PARTS);
  const isPicture = walk.kind !== 'soun' && walk.kind !== 'tmcd';
  const described = walk.stsd && (await describedSamples(look, walk.stsd, isPicture));
  const isKept = KEPT.has(walk.kind) && !described?.types.some((type) => METADATA.has(type));
  const tables: SampleTables = walk.tables;
  return isKept
    ? { id: walk.id, isKept, edits: [...walk.edits, ...(described?.edits ?? [])], lost: [] }
    : { id: walk.id, isKept, edits: blanked(trak), lost: await sampleSpans(look, tables) };
}
