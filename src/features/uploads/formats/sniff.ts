import { Reader } from './bytes.ts';
import { cleanGif } from './gif.ts';
import { cleanJpeg } from './jpeg.ts';
import { planHeif, planMovie } from './movie.ts';
import { isVoice, planOgg } from './ogg.ts';
import type { CleanPicture, Turning } from './picture.ts';
import type { Named, Plan } from './plan.ts';
import { cleanPng } from './png.ts';
import type { Look } from './source.ts';
import { BYTES_PER_FINE_PART, type Steps } from './steps.ts';
import { aac, isAacFrame, isId3, isMp3Frame, mp3, planTagged } from './tags.ts';
import { planWav } from './wav.ts';
import { isWebm, planWebm } from './webm.ts';
import { cleanWebp } from './webp.ts';

/** A picture is held as a whole, and written again in turns. */
export interface PictureFormat extends Named {
  readonly kind: 'picture';
  clean(bytes: Uint8Array, turning?: Turning): Steps<CleanPicture>;
}

/** Voices and films are looked at where they are kept, and go out with what a plan changes of them. */
export interface StreamFormat extends Named {
  readonly kind: 'stream';
  /** Bytes of the file for each of its finest parts. */
  readonly fine: number;
  plan(look: Look): Promise<Plan>;
}

/** A file that nobody opens by itself. Where it can be cleaned it is; where not, it goes out as it came. */
export interface AttachedFormat extends Named {
  readonly kind: 'attached';
  readonly fine: number;
  plan(look: Look): Promise<Plan>;
}

export type Format = PictureFormat | StreamFormat | AttachedFormat;

/** What no browser takes for anything: it is offered for download. */
export const DOWNLOAD = 'application/octet-stream';

const picture = (extension: string, contentType: string, clean: PictureFormat['clean']): PictureFormat => ({
  kind: 'picture',
  extension,
  contentType,
  clean,
});
const stream = (extension: string, contentType: string, plan: StreamFormat['plan']): StreamFormat => ({
  kind: 'stream',
  extension,
  contentType,
  fine: BYTES_PER_FINE_PART,
  plan,
});
/** Its format has no place for anything but the sound. */
const asItIs: StreamFormat['plan'] = async () => ({ edits: [] });

const jpeg = picture('jpg', 'image/jpeg', cleanJpeg);
const png = picture('png', 'image/png', cleanPng);
const gif = picture('gif', 'image/gif', cleanGif);
const webp = picture('webp', 'image/webp', cleanWebp);
const avif = stream('avif', 'image/avif', planHeif);
const amr = stream('amr', 'audio/amr', asItIs);
const amrWide = stream('awb', 'audio/amr-wb', asItIs);
const tagged = stream(mp3.extension, mp3.contentType, planTagged);
const adts = stream(aac.extension, aac.contentType, planTagged);
const wav = stream('wav', 'audio/wav', planWav);
const ogg = stream('ogg', 'audio/ogg', planOgg);
const webm = stream('webm', 'video/webm', planWebm);
const m4a = stream('m4a', 'audio/mp4', planMovie);
const mp4 = stream('mp4', 'video/mp4', planMovie);
const mov = stream('mov', 'video/quicktime', planMovie);
const threeGp = stream('3gp', 'video/3gpp', planMovie);
const heic: AttachedFormat = {
  kind: 'attached',
  extension: 'heic',
  contentType: DOWNLOAD,
  fine: BYTES_PER_FINE_PART,
  plan: planHeif,
};

/** All that is known. A test feeds each of them the smallest parts that it can be made of. */
export const formats: readonly Format[] = [
  ...[jpeg, png, gif, webp, avif, heic],
  ...[amr, amrWide, tagged, adts, wav, ogg],
  ...[m4a, mp4, mov, threeGp, webm],
];

/** Types that a browser may show in its page; every other one is offered for download. */
export const shownTypes: ReadonlySet<string> = new Set([
  ...formats.map(({ contentType }) => contentType).filter((type) => type !== DOWNLOAD),
  'audio/webm',
]);

/** Bytes of the beginning that `sniff` wants to see, where there are as many. */
export const SNIFF_BYTES = 4096;

const MP4_BRANDS =
  /^(isom|iso[2-9]|mp4[12]|avc1|av01|hvc1|M4V |M4VP|M4VH|MSNV|dash|cmf[cf2]|mmp4|f4v |NDS[CHMPSX])$/;
const HEIC_BRANDS = /^(hei[cmxs]|he[vi]c|hev[mx]|mif1|msf1)$/;

/** `ftyp` names the brands: the file's own first, then those that it is compatible with. */
function boxedFormat(head: Reader): Format | undefined {
  const size = Math.min(head.u32(0), head.length);
  if (size < 16) return undefined;
  const brands = [head.text(8, 4)];
  for (let at = 16; at + 4 <= size; at += 4) brands.push(head.text(at, 4));
  const [major = ''] = brands;
  if (/^(M4A |M4B |M4P |F4A )$/.test(major)) return m4a;
  if (major === 'qt  ') return mov;
  if (/^3g[p2]/.test(major)) return threeGp;
  if (/^avi[fs]$/.test(major)) return avif;
  if (HEIC_BRANDS.test(major)) return brands.some((brand) => /^avi[fs]$/.test(brand)) ? avif : heic;
  return brands.some((brand) => MP4_BRANDS.test(brand)) ? mp4 : undefined;
}

/** QuickTime files of old cameras begin without `ftyp`: with the film's tables, its samples or room for a header. */
function isOldMovie(head: Reader): boolean {
  const [size, type] = [head.u32(0), head.text(4, 4)];
  if (type === 'moov') return size >= 16 && /^(mvhd|cmov|rmra|trak)$/.test(head.text(12, 4));
  if (type === 'mdat') return size === 0 || size === 1 || size >= 8;
  if (!['wide', 'free', 'skip', 'pnot'].includes(type)) return false;
  return size >= 8 && size + 8 <= head.length && /^(moov|mdat|wide|free|skip)$/.test(head.text(size + 4, 4));
}

/** A voice whose frame is followed by another one, as far as the beginning shows. */
function voiceFrame(head: Reader): Format | undefined {
  if (isMp3Frame(head)) return tagged;
  if (!isAacFrame(head)) return undefined;
  const next = ((head.u32(0) & 3) << 11) | (head.u16(4) >>> 5);
  return next + 6 > head.length || isAacFrame(head, next) ? adts : undefined;
}

/** What the bytes are, by themselves: neither the name nor the sender's word counts. */
export function sniff(bytes: Uint8Array): Format | undefined {
  if (bytes.length < 16) return undefined;
  const head = new Reader(bytes);
  const text = head.text(0, 12);
  if (text.startsWith('\xff\xd8\xff')) return jpeg;
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return png;
  if (/^GIF8[79]a/.test(text)) return gif;
  if (text.startsWith('RIFF') && text.endsWith('WEBP')) return webp;
  if (text.startsWith('RIFF') && text.endsWith('WAVE')) return wav;
  if (text.startsWith('#!AMR\n')) return amr;
  if (text.startsWith('#!AMR-WB\n')) return amrWide;
  if (text.slice(4, 8) === 'ftyp') return boxedFormat(head);
  if (isOldMovie(head)) return mov;
  if (isWebm(head)) return webm;
  if (isVoice(head)) return ogg;
  return isId3(head) ? tagged : voiceFrame(head);
}
