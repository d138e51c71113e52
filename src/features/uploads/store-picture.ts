import { MAX_EFFORT } from '../../platform/files/files.ts';
import { collect } from './bytes-in.ts';
import type { CleanPicture } from './formats/picture.ts';
import type { PictureFormat } from './formats/sniff.ts';
import { inTurns } from './formats/steps.ts';
import { type Nameless, newKey, refuseBroken, removeKeys, type UploadContext, urlOf } from './stored.ts';

/** Pictures above this size get a smaller copy (docs/original.md#uploads), this many pixels wide. */
const LARGE = 1000 * 1024;
const SMALL_WIDTH = 400;
export const SMALL = 'small_';

/** Writes the smaller copy; a picture without one is served whole. */
async function storeSmall(
  context: UploadContext,
  { clean }: PictureFormat,
  key: string,
  picture: CleanPicture,
): Promise<string[]> {
  const { bytes, orientation } = picture;
  const shrinks = !picture.animated && picture.hasPlainColours && picture.effort <= MAX_EFFORT;
  if (bytes.length <= LARGE || !shrinks) return [];
  const plain = async () => (await inTurns(clean(bytes, 'left out'))).bytes;
  const owner = context.caller.userId;
  const small = await context.thumbnails.shrink({ bytes, orientation, plain, owner }, SMALL_WIDTH);
  if (!small || small.bytes.length >= bytes.length) return [];
  await context.files.put(SMALL + key, small.bytes, small.contentType);
  return [SMALL + key];
}

/** Cleans a picture in memory, and stores it with its smaller copy where it is large. */
export async function storePicture(
  context: UploadContext,
  format: PictureFormat,
  source: AsyncIterable<Uint8Array>,
): Promise<Nameless> {
  const raw = await collect(source);
  const picture = await inTurns(format.clean(raw)).catch(refuseBroken);
  const { bytes } = picture;
  const key = newKey(context, format.extension);
  const { contentType } = format;
  await context.files.put(key, bytes, contentType);
  try {
    const small = await storeSmall(context, format, key, picture);
    const url = urlOf(context, small[0] ?? key);
    return { key, url, size: bytes.length, contentType, keys: [key, ...small] };
  } catch (error) {
    await removeKeys(context, [key]);
    throw error;
  }
}
