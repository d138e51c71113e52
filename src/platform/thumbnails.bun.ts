import { MAX_PIXELS, type Thumbnails } from './files.ts';

/** Pictures decoded at the same time: each may take 200 MB. */
const AT_ONCE = 2;

async function shrinkOne(picture: Uint8Array, width: number) {
  try {
    const image = new Bun.Image(picture, { maxPixels: MAX_PIXELS });
    const before = await image.metadata();
    const { format } = before;
    if (format !== 'jpeg' && format !== 'png' && format !== 'webp') return undefined;
    // Both sizes are those of the upright picture. Left to itself, resize cuts the height's fraction off.
    const narrow = Math.min(width, before.width);
    const height = Math.max(1, Math.round((before.height * narrow) / before.width));
    const bytes = await image.resize(narrow, height).bytes();
    return { bytes, contentType: `image/${format}` };
  } catch {
    return undefined;
  }
}

/** Smaller copies by Bun's own codecs, off the event loop's thread. */
export function bunThumbnails(): Thumbnails {
  let running = 0;
  const waiting: (() => void)[] = [];
  return {
    async shrink(picture, width) {
      if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
      else running += 1;
      try {
        return await shrinkOne(picture, width);
      } finally {
        const next = waiting.shift();
        if (next) next();
        else running -= 1;
      }
    },
  };
}
