import { Places } from '../../core/work-places.ts';
import {
  MAX_PIXELS,
  SHRINK_MS,
  type Shrinkable,
  type SmallPicture,
  type Thumbnails,
  turnOf,
} from './files.ts';

/** Pictures decoded at the same time: each may take 200 MB. */
const AT_ONCE = 2;

/** Upright, by what we know of the file: Bun would turn a JPEG alone. Profiles and transparency stay by themselves. */
function upright({ bytes, orientation }: Shrinkable): Bun.Image {
  const image = new Bun.Image(bytes, { maxPixels: MAX_PIXELS, autoOrient: false });
  const { degrees, mirror } = turnOf(orientation);
  const turned = degrees === 0 ? image : image.rotate(degrees);
  if (mirror === 'left-right') return turned.flop();
  return mirror === 'top-bottom' ? turned.flip() : turned;
}

async function shrinkOne(picture: Shrinkable, width: number): Promise<SmallPicture | undefined> {
  try {
    const image = upright(picture);
    const stored = await image.metadata();
    const { format } = stored;
    if (format !== 'jpeg' && format !== 'png' && format !== 'webp') return undefined;
    const liesOnItsSide = turnOf(picture.orientation).degrees % 180 !== 0;
    const [across, down] = liesOnItsSide ? [stored.height, stored.width] : [stored.width, stored.height];
    // Left to itself, resize cuts the height's fraction off.
    const narrow = Math.min(width, across);
    const height = Math.max(1, Math.round((down * narrow) / across));
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
