import { Reader } from './bytes.ts';
import { cleanGif } from './gif.ts';
import { cleanJpeg } from './jpeg.ts';
import { cleanMovie } from './movie.ts';
import type { CleanPicture } from './picture.ts';
import { cleanPng } from './png.ts';
import type { Steps } from './steps.ts';
import { cleanWebp } from './webp.ts';

interface Named {
  /** Of the key: chosen by us, whatever the upload was called. */
  readonly extension: string;
  readonly contentType: string;
}

/** A picture is looked at as a whole, in turns. */
export interface PictureFormat extends Named {
  readonly kind: 'picture';
  clean(bytes: Uint8Array): Steps<CleanPicture>;
}

/** Audio and video go through as they come. */
export interface StreamFormat extends Named {
  readonly kind: 'stream';
  clean(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
}

export type Format = PictureFormat | StreamFormat;

const picture = (extension: string, contentType: string, clean: PictureFormat['clean']): Format => ({
  kind: 'picture',
  extension,
  contentType,
  clean,
});
const stream = (extension: string, contentType: string, clean: StreamFormat['clean']): Format => ({
  kind: 'stream',
  extension,
  contentType,
  clean,
});
const asItIs: StreamFormat['clean'] = (source) => source;

const jpeg = picture('jpg', 'image/jpeg', cleanJpeg);
const png = picture('png', 'image/png', cleanPng);
const gif = picture('gif', 'image/gif', cleanGif);
const webp = picture('webp', 'image/webp', cleanWebp);
const amr = stream('amr', 'audio/amr', asItIs);
const amrWide = stream('awb', 'audio/amr-wb', asItIs);
const mp3 = stream('mp3', 'audio/mpeg', asItIs);
const m4a = stream('m4a', 'audio/mp4', cleanMovie);
const mp4 = stream('mp4', 'video/mp4', cleanMovie);
const mov = stream('mov', 'video/quicktime', cleanMovie);
const threeGp = stream('3gp', 'video/3gpp', cleanMovie);

/** All that is taken. A test feeds each of them the smallest parts that it can be made of. */
export const formats: readonly Format[] = [jpeg, png, gif, webp, amr, amrWide, mp3, m4a, mp4, mov, threeGp];

/** Bytes of the beginning that `sniff` wants to see, where there are as many. */
export const SNIFF_BYTES = 4096;

const MP4_BRANDS =
  /^(isom|iso[2-9]|mp4[12]|avc1|av01|hvc1|M4V |M4VP|M4VH|MSNV|dash|cmf[cf2]|mmp4|f4v |NDS[CHMPSX])$/;

/** `ftyp` names the brands: the file's own first, then those that it is compatible with. */
function movieFormat(head: Reader): Format | undefined {
  const size = Math.min(head.u32(0), head.length);
  if (size < 16) return undefined;
  const brands = [head.text(8, 4)];
  for (let at = 16; at + 4 <= size; at += 4) brands.push(head.text(at, 4));
  const [major = ''] = brands;
  if (/^(M4A |M4B |M4P |F4A )$/.test(major)) return m4a;
  if (major === 'qt  ') return mov;
  if (/^3g[p2]/.test(major)) return threeGp;
  // HEIC and AVIF name themselves first, and are pictures that no browser of the time shows.
  if (/^(hei[cmxs]|he[vi]c|hev[mx]|mif1|msf1|avi[fs])$/.test(major)) return undefined;
  return brands.some((brand) => MP4_BRANDS.test(brand)) ? mp4 : undefined;
}

/** A frame of MPEG 1, 2 or 2.5, layer III, whose rates exist. */
function isMp3Frame(head: Reader): boolean {
  const word = head.u32(0);
  const version = (word >>> 19) & 3;
  const layer = (word >>> 17) & 3;
  const bitRate = (word >>> 12) & 15;
  const sampleRate = (word >>> 10) & 3;
  return word >>> 21 === 0x7ff && version !== 1 && layer === 1 && bitRate % 15 !== 0 && sampleRate !== 3;
}

/** An ID3v2 tag: a version there is, and a length of four 7-bit bytes. */
const isId3 = (head: Reader): boolean =>
  head.text(0, 3) === 'ID3' &&
  head.u8(3) >= 2 &&
  head.u8(3) <= 4 &&
  head.u8(4) !== 255 &&
  (head.u8(5) & 15) === 0 &&
  (head.u32(6) & 0x80808080) === 0;

/** What the bytes are, by themselves: neither the name nor the sender's word counts. */
export function sniff(bytes: Uint8Array): Format | undefined {
  if (bytes.length < 16) return undefined;
  const head = new Reader(bytes);
  const text = head.text(0, 12);
  if (text.startsWith('\xff\xd8\xff')) return jpeg;
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return png;
  if (/^GIF8[79]a/.test(text)) return gif;
  if (text.startsWith('RIFF') && text.endsWith('WEBP')) return webp;
  if (text.startsWith('#!AMR\n')) return amr;
  if (text.startsWith('#!AMR-WB\n')) return amrWide;
  if (text.slice(4, 8) === 'ftyp') return movieFormat(head);
  return isId3(head) || isMp3Frame(head) ? mp3 : undefined;
}

/** Says that the bytes are a HEIC picture, so that its refusal can say what helps. */
export const isHeic = (bytes: Uint8Array): boolean =>
  bytes.length >= 12 && /^ftyp(hei[cmxs]|hev[cmx]|mif1|msf1)$/.test(new Reader(bytes).text(4, 8));
