import { concat, latin1, Malformed, type Reader } from './bytes.ts';
import type { Edit } from './edits.ts';
import type { Plan } from './plan.ts';
import type { Look } from './source.ts';

const HEADER = 27;
const CHECKSUM = 22;
const BEGINS = 2;

/** What a comment packet begins with that says nothing; zeros follow up to its length. */
const EMPTY_COMMENTS: readonly (readonly [head: string, comments: Uint8Array])[] = [
  ['OpusHead', concat([latin1('OpusTags'), new Uint8Array(8)])],
  ['\x01vorbis', concat([latin1('\x03vorbis'), new Uint8Array(8), Uint8Array.of(1)])],
  ['Speex   ', new Uint8Array(8)],
];

/** Checksums of Ogg: CRC-32 by 0x04c11db7, highest bit first, nothing inverted. */
const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte << 24;
  for (let bit = 0; bit < 8; bit++) sum = sum & 0x80000000 ? (sum << 1) ^ 0x04c11db7 : sum << 1;
  return sum >>> 0;
});

function checksum(page: Uint8Array): Uint8Array {
  let sum = 0;
  for (const byte of page) sum = ((sum << 8) ^ (CRC[((sum >>> 24) ^ byte) & 255] ?? 0)) >>> 0;
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, sum, true);
  return bytes;
}

/** A page, of which only its head is read where nothing in it changes. */
interface Page {
  readonly start: number;
  readonly body: number;
  readonly end: number;
  readonly head: Reader;
  /** Lengths of the pieces of its packets; one of 255 goes on in the next. */
  readonly lacing: Uint8Array;
}

async function pageAt(look: Look, start: number): Promise<Page | undefined> {
  if (start + HEADER > look.size) return undefined;
  const fixed = await look.reader(start, HEADER);
  if (fixed.text(0, 4) !== 'OggS' || fixed.u8(4) !== 0) throw new Malformed('Ogg page expected');
  const segments = fixed.u8(26);
  if (start + HEADER + segments > look.size) return undefined;
  const head = await look.reader(start, HEADER + segments);
  const lacing = head.piece(HEADER, segments);
  const body = start + HEADER + segments;
  const end = body + lacing.reduce((sum, length) => sum + length, 0);
  return end > look.size ? undefined : { start, body, end, head, lacing };
}

/** A voice within the file: its second packet holds the comments, and may reach over several pages. */
class Voice {
  readonly #comments: Uint8Array;
  /** Bytes of the second packet so far. */
  #length = 0;
  isDone = false;

  constructor(comments: Uint8Array) {
    this.#comments = comments;
  }

  /** What stands instead of the comments, with which the page begins. */
  blank({ lacing }: Page): Uint8Array | undefined {
    let size = 0;
    for (const length of lacing) {
      size += length;
      if (length === 255) continue;
      this.isDone = true;
      break;
    }
    if (size === 0) return undefined;
    const bytes = new Uint8Array(size);
    bytes.set(this.#comments.subarray(this.#length, this.#length + size));
    this.#length += size;
    if (this.isDone && this.#length < this.#comments.length)
      throw new Malformed('Ogg comments without a length');
    return bytes;
  }
}

/** The page with other bytes in its body, as edits: the body's and the checksum's. */
async function rewritten(look: Look, page: Page, bytes: Uint8Array): Promise<Edit[]> {
  const whole = Uint8Array.from(await look.piece(page.start, page.end - page.start));
  whole.set(bytes, page.body - page.start);
  whole.fill(0, CHECKSUM, CHECKSUM + 4);
  const sum = page.start + CHECKSUM;
  return [
    { start: sum, end: sum + 4, bytes: checksum(whole) },
    { start: page.body, end: page.body + bytes.length, bytes },
  ];
}

async function voiceOf(look: Look, { body, end, lacing }: Page): Promise<Voice> {
  if (lacing.slice(0, -1).some((length) => length < 255))
    throw new Malformed('Ogg head beside another packet');
  const first = (await look.reader(body, Math.min(8, end - body))).text(0, Math.min(8, end - body));
  const known = EMPTY_COMMENTS.find(([head]) => first.startsWith(head));
  if (!known) throw new Malformed('Ogg of something else than a voice');
  return new Voice(known[1]);
}

/** True where the file begins with the head of a voice, alone on its page. */
export function isVoice(head: Reader): boolean {
  if (head.length < 64 || head.text(0, 5) !== 'OggS\0' || head.u8(26) !== 1) return false;
  const first = head.text(HEADER + 1, 8);
  return EMPTY_COMMENTS.some(([name]) => first.startsWith(name));
}

/** A voice in Ogg (Opus, Vorbis, Speex) whose comments are empty. Every offset stays; what breaks off is left out. */
export async function planOgg(look: Look): Promise<Plan> {
  const edits: Edit[] = [];
  const voices = new Map<number, Voice>();
  let [at, sounds] = [0, 0];
  for (let page = await pageAt(look, at); page; page = await pageAt(look, at)) {
    await look.finePart();
    const serial = page.head.u32(14, true);
    const voice = voices.get(serial);
    if (page.head.u8(5) & BEGINS) voices.set(serial, await voiceOf(look, page));
    else if (!voice) throw new Malformed('Ogg page of no voice');
    else if (voice.isDone) sounds += 1;
    else {
      const blank = voice.blank(page);
      if (blank) edits.push(...(await rewritten(look, page, blank)));
    }
    at = page.end;
  }
  if (sounds === 0) throw new Malformed('Ogg without a sound');
  if (at < look.size) edits.push({ start: at, end: look.size, bytes: new Uint8Array(0) });
  return { edits };
}
