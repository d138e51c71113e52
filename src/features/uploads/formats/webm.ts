import { Malformed, type Reader } from './bytes.ts';
import { type Element, elementAt, numberAt, VOID, voided } from './ebml.ts';
import { arranged, type Edit } from './edits.ts';
import type { Named, Plan } from './plan.ts';
import type { Look } from './source.ts';

const EBML = 0x1a45dfa3;
const SEGMENT = 0x18538067;
const SEEK_HEAD = 0x114d9b74;
const INFO = 0x1549a966;
const TRACKS = 0x1654ae6b;
const CLUSTER = 0x1f43b675;
const CUES = 0x1c53bb6b;
const CHECKSUM = 0xbf;

const SEGMENT_PARTS = new Set([SEEK_HEAD, INFO, TRACKS, CLUSTER, CUES]);
/** How time is counted, and how long it takes. */
const INFO_PARTS = new Set([0x2ad7b1, 0x4489]);
/** The programs that made it: the format wants the elements, so that only their text goes. */
const MAKERS = new Set([0x4d80, 0x5741]);

const TRACK = 0xae;
const TRACK_NUMBER = 0xd7;
const TRACK_TYPE = 0x83;
const TRACK_NAME = 0x536e;
const PICTURE = 1;
const SOUND = 2;

const SIMPLE_BLOCK = 0xa3;
const BLOCK_GROUP = 0xa0;
const BLOCK = 0xa1;
const CLUSTER_PARTS = new Set([0xe7, 0xa7, 0xab, SIMPLE_BLOCK, BLOCK_GROUP]);

/** Of a file that a browser plays, one with a sound alone among them. */
const audio: Named = { extension: 'weba', contentType: 'audio/webm' };

class WebmWalk {
  readonly edits: Edit[] = [];
  readonly #look: Look;
  /** Numbers of the tracks that are picture or sound. */
  readonly #kept = new Set<number>();
  #hasTracks = false;
  #hasOthers = false;
  hasPicture = false;
  clusters = 0;

  constructor(look: Look) {
    this.#look = look;
  }

  /** The elements of one that knows its length. */
  async *#children({ body, end = body }: Element): AsyncGenerator<Element & { readonly end: number }> {
    for (let at = body; at < end; ) {
      const child = await elementAt(this.#look, at);
      if (child.end === undefined || child.end > end)
        throw new Malformed('WebM element larger than its container');
      yield { ...child, end: child.end };
      at = child.end;
    }
  }

  async #number({ body, end = body }: Element): Promise<number> {
    const bytes = await this.#look.piece(body, Math.min(8, end - body));
    return bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  }

  /** What lies directly in the segment; returns where it ends. */
  async segmentPart(element: Element): Promise<number> {
    const { id, start, end } = element;
    if (id === CLUSTER) return this.#cluster(element);
    if (end === undefined) throw new Malformed('WebM element without a length');
    if (end > this.#look.size) throw new Malformed('WebM element larger than its file');
    if (!SEGMENT_PARTS.has(id)) this.edits.push(...voided(start, end));
    else if (id === INFO) await this.#info(element);
    else if (id === TRACKS) await this.#tracks(element);
    return end;
  }

  async #info(info: Element): Promise<void> {
    for await (const { id, start, body, end } of this.#children(info)) {
      if (MAKERS.has(id)) this.edits.push({ start: body, end });
      else if (!INFO_PARTS.has(id)) this.edits.push(...voided(start, end));
    }
  }

  async #tracks(tracks: Element): Promise<void> {
    if (this.#hasTracks) throw new Malformed('WebM with two lists of tracks');
    this.#hasTracks = true;
    for await (const track of this.#children(tracks)) {
      if (track.id !== TRACK || !(await this.#track(track)))
        this.edits.push(...voided(track.start, track.end));
    }
  }

  /** True where the track is kept: then its name goes alone. */
  async #track(track: Element): Promise<boolean> {
    let [number, type] = [0, 0];
    const edits: Edit[] = [];
    for await (const child of this.#children(track)) {
      if (child.id === TRACK_NUMBER) number = await this.#number(child);
      else if (child.id === TRACK_TYPE) type = await this.#number(child);
      else if ([TRACK_NAME, CHECKSUM, VOID].includes(child.id)) edits.push(...voided(child.start, child.end));
    }
    if (type !== PICTURE && type !== SOUND) {
      this.#hasOthers = true;
      return false;
    }
    this.#kept.add(number);
    this.hasPicture ||= type === PICTURE;
    this.edits.push(...edits);
    return true;
  }

  /** A cluster of known length is looked into only where a block of it may have to go. */
  async #cluster({ body, end }: Element): Promise<number> {
    if (!this.#hasTracks) throw new Malformed('WebM samples before their tracks');
    this.clusters += 1;
    const { size } = this.#look;
    const known = end !== undefined && end <= size;
    if (known && !this.#hasOthers) return end;
    let at = body;
    while (at < (end ?? size) && at < size) {
      const part = await elementAt(this.#look, at);
      if (end === undefined && part.id > 0xffffff) return at;
      if (part.end === undefined) throw new Malformed('WebM block without a length');
      if (part.end > size) return this.#cut(at);
      await this.#clusterPart(part);
      at = part.end;
    }
    return at;
  }

  /** The recording broke off here: what is left of its last block is left out. */
  #cut(at: number): number {
    this.edits.push({ start: at, end: this.#look.size, bytes: new Uint8Array(0) });
    return this.#look.size;
  }

  async #clusterPart(part: Element): Promise<void> {
    const { id, start, body, end = body } = part;
    const isKept = CLUSTER_PARTS.has(id) && (await this.#isShown(part));
    if (!isKept) this.edits.push(...voided(start, end));
  }

  async #isShown(part: Element): Promise<boolean> {
    if (!this.#hasOthers) return true;
    if (part.id === SIMPLE_BLOCK || part.id === BLOCK) return this.#kept.has(await this.#trackOf(part));
    if (part.id !== BLOCK_GROUP) return true;
    for await (const child of this.#children(part)) if (child.id === BLOCK) return this.#isShown(child);
    return false;
  }

  async #trackOf({ body, end = body }: Element): Promise<number> {
    return numberAt(await this.#look.reader(body, Math.min(8, end - body)), 0).value ?? 0;
  }
}

/** True where the file's beginning calls it WebM. */
export const isWebm = (head: Reader): boolean =>
  head.u32(0) === EBML && head.text(0, Math.min(64, head.length)).includes('webm');

/**
 * A WebM that plays as before, without tags, titles, attachments, chapters, times and the names of programs, and
 * without tracks that are neither picture nor sound. Every offset stays.
 */
export async function planWebm(look: Look): Promise<Plan> {
  const ebml = await elementAt(look, 0);
  const segment = await elementAt(look, ebml.end ?? look.size);
  if (ebml.id !== EBML || segment.id !== SEGMENT) throw new Malformed('No WebM');
  const walk = new WebmWalk(look);
  const end = Math.min(segment.end ?? look.size, look.size);
  let at = segment.body;
  while (at < end) at = await walk.segmentPart(await elementAt(look, at));
  if (walk.clusters === 0) throw new Malformed('WebM without samples');
  walk.edits.push({ start: at, end: look.size, bytes: new Uint8Array(0) });
  const edits = arranged(walk.edits);
  return walk.hasPicture ? { edits } : { edits, as: audio };
}
