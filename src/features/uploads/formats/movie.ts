import { type Box, blanked, boxesIn, isPadding } from './boxes.ts';
import { Malformed } from './bytes.ts';
import { arranged, common, type Edit, merged, type Span } from './edits.ts';
import { trackFragments } from './fragments.ts';
import { planItems } from './items.ts';
import type { Plan } from './plan.ts';
import type { Look } from './source.ts';
import { trackOf, withoutTimes } from './tracks.ts';

/** Boxes of a file that stay; all others are emptied, whatever a maker calls them. */
const FILE_PARTS = new Set('ftyp styp moov mdat moof mfra sidx ssix pdin'.split(' '));
const FILM_PARTS = new Set('mvhd trak mvex iods pssh ctab clip'.split(' '));
const FRAGMENT_PARTS = new Set('tfhd tfdt trun sdtp sbgp sgpd subs saiz saio senc'.split(' '));
/** What QuickTime files begin with that are older than `ftyp`. */
const OLD_BEGINNINGS = new Set('moov mdat wide free skip pnot'.split(' '));

/** Collects what becomes of a film's boxes and samples. */
class MovieWalk {
  readonly edits: Edit[] = [];
  /** Where samples lie, and those that nobody gets. */
  readonly media: Span[] = [];
  readonly lost: Span[] = [];
  readonly #look: Look;
  readonly #isKept = new Map<number, boolean>();
  readonly #sizes = new Map<number, number>();
  movies = 0;

  constructor(look: Look) {
    this.#look = look;
  }

  /** Empties the box where `kept` does not name it; true where it stays. */
  #keeps(box: Box, kept: ReadonlySet<string>): boolean {
    if (kept.has(box.type)) return true;
    this.edits.push(...blanked(box));
    return false;
  }

  async take(box: Box, parts: ReadonlySet<string>): Promise<void> {
    if (!this.#keeps(box, parts)) return;
    if (box.type === 'mdat') this.media.push({ start: box.body, end: box.end });
    else if (box.type === 'moov') await this.#film(box);
    else if (box.type === 'moof') await this.#fragment(box);
    else if (box.type === 'meta') {
      const items = await planItems(this.#look, box);
      this.edits.push(...items.edits);
      this.media.push(...items.media);
      this.lost.push(...items.lost);
    }
  }

  async #film(moov: Box): Promise<void> {
    this.movies += 1;
    let end = moov.body;
    for await (const box of boxesIn(this.#look, moov.body, moov.end)) {
      end = box.end;
      if (box.type === 'cmov') throw new Malformed('Packed film');
      if (box.type === 'gps ') await this.#places(box);
      if (!this.#keeps(box, FILM_PARTS)) continue;
      if (box.type === 'mvhd') this.edits.push(await withoutTimes(this.#look, box));
      else if (box.type === 'mvex') await this.#defaults(box);
      else if (box.type === 'trak') {
        const track = await trackOf(this.#look, box);
        this.#isKept.set(track.id, track.isKept);
        this.edits.push(...track.edits);
        this.lost.push(...track.lost);
      }
    }
    this.edits.push({ start: end, end: moov.end });
  }

  /** A table of dashcams: where in the samples their places lie. */
  async #places({ body, end }: Box): Promise<void> {
    for (let at = body + 8; at + 8 <= end; at += 8) {
      await this.#look.finePart();
      const entry = await this.#look.reader(at, 8);
      this.lost.push({ start: entry.u32(0), end: entry.u32(0) + entry.u32(4) });
    }
  }

  /** Sizes of samples that fragments need not repeat. */
  async #defaults(mvex: Box): Promise<void> {
    for await (const { type, body, end } of boxesIn(this.#look, mvex.body, mvex.end)) {
      if (type !== 'trex' || end - body < 24) continue;
      const trex = await this.#look.reader(body, 24);
      this.#sizes.set(trex.u32(4), trex.u32(16));
    }
  }

  async #fragment(moof: Box): Promise<void> {
    const trafs: Box[] = [];
    for await (const box of boxesIn(this.#look, moof.body, moof.end)) {
      if (!this.#keeps(box, new Set(['mfhd', 'traf', 'pssh']))) continue;
      if (box.type === 'traf') trafs.push(box);
    }
    for (const { box, track, spans } of await trackFragments(this.#look, moof, trafs, this.#sizes)) {
      if (this.#isKept.get(track)) {
        for await (const part of boxesIn(this.#look, box.body, box.end)) this.#keeps(part, FRAGMENT_PARTS);
      } else {
        this.edits.push(...blanked(box));
        this.lost.push(...spans);
      }
    }
  }

  finish(): Plan {
    const lost = common(merged(this.lost), merged(this.media));
    return { edits: arranged([...this.edits, ...lost]) };
  }
}

async function planBoxes(look: Look, parts: ReadonlySet<string>): Promise<MovieWalk> {
  const walk = new MovieWalk(look);
  let at = 0;
  const isEnd = async () => at + 8 > look.size || (at > 0 && (await isPadding(look, at)));
  while (!(await isEnd())) {
    const { value: box } = await boxesIn(look, at, look.size).next();
    if (!box) throw new Malformed('Box expected');
    const isFirst = at === 0;
    if (isFirst ? box.type !== 'ftyp' && !OLD_BEGINNINGS.has(box.type) : box.type === 'ftyp') {
      throw new Malformed('ftyp comes first, once');
    }
    await walk.take(box, parts);
    at = box.end;
  }
  walk.edits.push({ start: at, end: look.size, bytes: new Uint8Array(0) });
  return walk;
}

/**
 * An MP4, M4A, MOV or 3GP that shows and plays as before. Metadata becomes zeros of the same length, so that every
 * offset stays true: boxes of user data, keys and XMP, times, makers' names, and whole tracks, with their samples,
 * that are neither picture nor sound. What fills the end is cut off.
 */
export async function planMovie(look: Look): Promise<Plan> {
  const walk = await planBoxes(look, FILE_PARTS);
  if (walk.movies !== 1) throw new Malformed('Film without its tables');
  return walk.finish();
}

const PICTURE_PARTS = new Set([...FILE_PARTS, 'meta']);

/** An AVIF or HEIC without EXIF and XMP, which are items of it; the turning is a property and stays. */
export async function planHeif(look: Look): Promise<Plan> {
  const walk = await planBoxes(look, PICTURE_PARTS);
  if (walk.media.length === 0) throw new Malformed('Picture without its data');
  return walk.finish();
}
