import { MAX_PIXELS, SHRINK_MS, type Shrinkable, type SmallPicture, type Thumbnails } from './files.ts';
import { Places } from './places.ts';

/** Pictures decoded at the same time: each may take 200 MB. */
const AT_ONCE = 2;

async function shrinkOne({ bytes }: Shrinkable, width: number): Promise<SmallPicture | undefined> {
  try {
    const image = new Bun.Image(bytes, { maxPixels: MAX_PIXELS });
    const before = await image.metadata();
    const { format } = before;
    if (format !== 'jpeg' && format !== 'png' && format !== 'webp') return undefined;
    // Both sizes are those of the upright picture. Left to itself, resize cuts the height's fraction off.
    const narrow = Math.min(width, before.width);
    const height = Math.max(1, Math.round((before.height * narrow) / before.width));
    return { bytes: await image.resize(narrow, height).bytes(), contentType: `image/${format}` };
  } catch {
    return undefined;
  }
}

/**
 * Smaller copies by Bun's own codecs, off the event loop's thread. Nothing can stop a decoder that has begun: what
 * it may cost is bounded before (`MAX_EFFORT`), and it keeps its place until it ends.
 */
export function bunThumbnails(waitMs = SHRINK_MS, shrink = shrinkOne): Thumbnails {
  const places = new Places(AT_ONCE);
  return {
    shrink: (picture, width) => places.run(picture.owner, waitMs, () => shrink(picture, width)),
  };
}
