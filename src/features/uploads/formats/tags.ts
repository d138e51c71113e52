import { Malformed, type Reader } from './bytes.ts';
import type { Edit } from './edits.ts';
import type { Named, Plan } from './plan.ts';
import type { Look } from './source.ts';

export const mp3: Named = { extension: 'mp3', contentType: 'audio/mpeg' };
export const aac: Named = { extension: 'aac', contentType: 'audio/aac' };

/** Zeros that some writers leave between a tag and the sound. */
const GAP = 64 * 1024;
const OLD_TAG = 128;
const OLDER_EXTENSION = 227;
const APE_FOOTER = 32;
const LYRICS_END = 9;
/** Lyrics of the first kind say no length; they are at most this long. */
const LYRICS = 5100;

/** A frame of MPEG 1, 2 or 2.5, layer III, whose rates exist. */
export function isMp3Frame(head: Reader, at = 0): boolean {
  const word = head.u32(at);
  const version = (word >>> 19) & 3;
  const layer = (word >>> 17) & 3;
  const bitRate = (word >>> 12) & 15;
  const sampleRate = (word >>> 10) & 3;
  return word >>> 21 === 0x7ff && version !== 1 && layer === 1 && bitRate % 15 !== 0 && sampleRate !== 3;
}

/** A frame of AAC in ADTS: layer 0, a rate there is, and a length that holds its own header. */
export function isAacFrame(head: Reader, at = 0): boolean {
  const word = head.u32(at);
  const length = ((word & 3) << 11) | (head.u16(at + 4) >>> 5);
  return word >>> 20 === 0xfff && ((word >>> 17) & 3) === 0 && ((word >>> 10) & 15) < 13 && length >= 7;
}

/** An ID3v2 tag: a version there is, and a length of four 7-bit bytes. */
export const isId3 = (head: Reader): boolean =>
  head.text(0, 3) === 'ID3' &&
  head.u8(3) >= 2 &&
  head.u8(3) <= 4 &&
  head.u8(4) !== 255 &&
  (head.u8(5) & 15) === 0 &&
  (head.u32(6) & 0x80808080) === 0;

/** Where the tags in front end. */
async function soundStart(look: Look): Promise<number> {
  for (let at = 0; ; ) {
    await look.part();
    if (at + 32 > look.size) return at;
    const head = await look.reader(at, 32);
    if (isId3(head)) {
      const footer = head.u8(5) & 0x10 ? 10 : 0;
      at += 10 + footer + ((head.u8(6) << 21) | (head.u8(7) << 14) | (head.u8(8) << 7) | head.u8(9));
    } else if (head.text(0, 8) === 'APETAGEX') at += APE_FOOTER + head.u32(12, true);
    else return at;
    if (at > look.size) throw new Malformed('Tag larger than its file');
  }
}

/** Where lyrics begin that end at `end`: their own words say how long they are, or where they begin. */
async function lyricsStart(look: Look, end: number): Promise<number> {
  const tail = (await look.reader(end - 15, 15)).text(0, 15);
  const length = /^(\d{6})LYRICS200$/.exec(tail)?.[1];
  if (length) return end - 15 - Number(length);
  if (!tail.endsWith('LYRICSEND')) return end;
  const from = Math.max(0, end - LYRICS);
  const text = (await look.reader(from, end - from)).text(0, end - from);
  const begin = text.lastIndexOf('LYRICSBEGIN');
  return begin < 0 ? end - LYRICS_END : from + begin;
}

/** Where the last tag begins of those that end at `end`; `end` where there is none. */
async function lastTagStart(look: Look, end: number): Promise<number> {
  const has = async (length: number, name: string) =>
    end >= length && (await look.reader(end - length, name.length)).text(0, name.length) === name;
  if ((await has(OLD_TAG, 'TAG')) && !(await has(OLD_TAG, 'TAG+'))) return end - OLD_TAG;
  if (await has(OLDER_EXTENSION, 'TAG+')) return end - OLDER_EXTENSION;
  if (await has(APE_FOOTER, 'APETAGEX')) {
    const footer = await look.reader(end - APE_FOOTER, APE_FOOTER);
    const header = footer.u32(20, true) & 0x80000000 ? APE_FOOTER : 0;
    return end - footer.u32(12, true) - header;
  }
  if (await has(10, '3DI')) {
    const size = await look.piece(end - 4, 4);
    return end - 20 - size.reduce((sum, byte) => sum * 128 + (byte & 127), 0);
  }
  return end < 15 ? end : lyricsStart(look, end);
}

async function soundEnd(look: Look, start: number): Promise<number> {
  for (let end = look.size; ; ) {
    await look.part();
    const before = await lastTagStart(look, end);
    if (before === end) return end;
    if (before < start) throw new Malformed('Tag larger than its file');
    end = before;
  }
}

/** AAC where such a frame comes first behind the tags and zeros, else MP3. */
async function kindOf(look: Look, start: number, end: number): Promise<Named> {
  const gap = await look.reader(start, Math.min(GAP, end - start));
  const sound = gap.bytes.findIndex((byte) => byte !== 0);
  if (sound < 0 || sound + 8 > gap.length) return mp3;
  return isAacFrame(gap, sound) && !isMp3Frame(gap, sound) ? aac : mp3;
}

/** An MP3 or AAC without its tags: ID3, APE and lyrics, in front and behind. */
export async function planTagged(look: Look): Promise<Plan> {
  const start = await soundStart(look);
  const end = await soundEnd(look, start);
  if (end <= start) throw new Malformed('Tags without a sound');
  const none = new Uint8Array(0);
  const edits: Edit[] = [
    { start: 0, end: start, bytes: none },
    { start: end, end: look.size, bytes: none },
  ];
  return { edits: edits.filter((edit) => edit.end > edit.start), as: await kindOf(look, start, end) };
}
