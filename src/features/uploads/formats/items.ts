import { type Box, blanked, boxesIn } from './boxes.ts';
import { latin1, Malformed, type Reader } from './bytes.ts';
import type { Edit, Span } from './edits.ts';
import { checkSize } from './picture.ts';
import type { Look } from './source.ts';
import { withoutMaker } from './tracks.ts';

const PARTS = new Set('hdlr pitm iinf iloc iref iprp idat dinf grpl ipro'.split(' '));
/** Items that say of a picture what is not in it: EXIF, XMP and what else has a MIME type or a URI. */
const METADATA = new Set(['Exif', 'mime', 'uri ']);
/** Tables of items are small. */
const LARGEST = 1024 * 1024;
const IN_FILE = 0;
const IN_IDAT = 1;

export interface Items {
  readonly edits: readonly Edit[];
  readonly media: readonly Span[];
  readonly lost: readonly Span[];
}

/** Ids of the items of metadata; their kind becomes one that nobody knows. */
async function metadataItems(look: Look, iinf: Box): Promise<{ ids: Set<number>; edits: Edit[] }> {
  const ids = new Set<number>();
  const edits: Edit[] = [];
  const [version] = await look.piece(iinf.body, 1);
  for await (const infe of boxesIn(look, iinf.body + (version === 0 ? 6 : 8), iinf.end)) {
    const head = await look.reader(infe.body, Math.min(16, infe.end - infe.body));
    if (infe.type !== 'infe' || head.u8(0) < 2) continue;
    const isWide = head.u8(0) > 2;
    const at = isWide ? 10 : 8;
    if (!METADATA.has(head.text(at, 4))) continue;
    ids.add(isWide ? head.u32(4) : head.u16(4));
    edits.push({ start: infe.body + at, end: infe.body + at + 4, bytes: latin1('none') });
  }
  return { ids, edits };
}

/** Reads the numbers of `iloc`, whose widths it says itself. */
class Numbers {
  readonly #file: Reader;
  at: number;
  constructor(file: Reader, at: number) {
    this.#file = file;
    this.at = at;
  }

  next(width: number): number {
    const { at } = this;
    this.at += width;
    if (width === 0) return 0;
    if (width === 2) return this.#file.u16(at);
    if (width === 4) return this.#file.u32(at);
    if (width === 8) return this.#file.u64(at);
    throw new Malformed('Number of no width');
  }
}

/** Where the items of `ids` lie. */
async function placesOf(
  look: Look,
  iloc: Box,
  ids: ReadonlySet<number>,
  idat: Box | undefined,
): Promise<Span[]> {
  const length = iloc.end - iloc.body;
  if (length > LARGEST) throw new Malformed('Too many items');
  const file = await look.reader(iloc.body, length);
  const version = file.u8(0);
  const [widths, more] = [file.u8(4), file.u8(5)];
  const numbers = new Numbers(file, 6);
  const wide = version === 2 ? 4 : 2;
  const spans: Span[] = [];
  for (let left = numbers.next(wide); left > 0; left--) {
    await look.finePart();
    const id = numbers.next(wide);
    const where = version === 0 ? IN_FILE : numbers.next(2) & 15;
    numbers.next(2);
    const base = numbers.next(more >> 4) + (where === IN_IDAT ? (idat?.body ?? 0) : 0);
    for (let extents = numbers.next(2); extents > 0; extents--) {
      await look.finePart();
      if (version > 0) numbers.next(more & 15);
      const start = base + numbers.next(widths >> 4);
      const end = start + numbers.next(widths & 15);
      if (ids.has(id)) spans.push({ start, end });
    }
  }
  return spans;
}

async function checkSizes(look: Look, iprp: Box): Promise<void> {
  for await (const ipco of boxesIn(look, iprp.body, iprp.end)) {
    if (ipco.type !== 'ipco') continue;
    for await (const { type, body } of boxesIn(look, ipco.body, ipco.end)) {
      if (type !== 'ispe') continue;
      const size = await look.reader(body + 4, 8);
      checkSize(size.u32(0), size.u32(4));
    }
  }
}

/** What becomes of the items of a picture that is made of such. */
export async function planItems(look: Look, meta: Box): Promise<Items> {
  const found = new Map<string, Box>();
  const edits: Edit[] = [];
  for await (const box of boxesIn(look, meta.body + 4, meta.end)) {
    if (!PARTS.has(box.type)) edits.push(...blanked(box));
    else if (found.has(box.type)) throw new Malformed('Two tables of items');
    else found.set(box.type, box);
  }
  const [hdlr, iinf, iloc, iprp, idat] = ['hdlr', 'iinf', 'iloc', 'iprp', 'idat'].map((type) =>
    found.get(type),
  );
  if (!iinf || !iloc) throw new Malformed('Picture without its items');
  if (hdlr) edits.push(withoutMaker(hdlr));
  if (iprp) await checkSizes(look, iprp);
  const { ids, edits: renamed } = await metadataItems(look, iinf);
  const lost = await placesOf(look, iloc, ids, idat);
  return {
    edits: [...edits, ...renamed],
    media: idat ? [{ start: idat.body, end: idat.end }] : [],
    lost,
  };
}
