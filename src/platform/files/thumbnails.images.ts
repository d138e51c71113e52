import {
  MAX_PIXELS,
  SHRINK_MS,
  type Shrinkable,
  type SmallPicture,
  type Thumbnails,
  turnOf,
} from './files.ts';

const FORMATS = ['image/jpeg', 'image/png', 'image/webp'] as const;
const isFormat = (type: string): type is (typeof FORMATS)[number] =>
  FORMATS.some((format) => format === type);

const streamOf = (bytes: Uint8Array) => new Blob([bytes.slice()]).stream();

/**
 * The picture, and what turns it upright. The binding promises to turn JPEGs itself; of others it gets the plain
 * pixels, and is told. Undefined where it cannot be told so that it holds everywhere: for mirrored ones.
 */
async function prepared(picture: Shrinkable, format: string) {
  const { bytes, orientation } = picture;
  const { degrees, mirror } = turnOf(orientation);
  if (orientation === 1 || format === 'image/jpeg') return { bytes, rotate: {} };
  return mirror ? undefined : { bytes: await picture.plain(), rotate: { rotate: degrees } };
}

async function shrinkOne(
  images: ImagesBinding,
  picture: Shrinkable,
  width: number,
): Promise<SmallPicture | undefined> {
  try {
    const info = await images.info(streamOf(picture.bytes));
    if (!('width' in info) || !isFormat(info.format) || info.width * info.height > MAX_PIXELS) {
      return undefined;
    }
    const ready = await prepared(picture, info.format);
    if (!ready) return undefined;
    const small = await images
      .input(streamOf(ready.bytes))
      .transform({ width, fit: 'scale-down', ...ready.rotate })
      .output({ format: info.format, quality: 80 });
    return {
      bytes: new Uint8Array(await small.response().arrayBuffer()),
      contentType: small.contentType(),
    };
  } catch {
    return undefined;
  }
}

/** Undefined after `ms`, whatever becomes of the work. */
async function within<Result>(ms: number, work: Promise<Result>): Promise<Result | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/**
 * Smaller copies by the Workers Images binding, which decodes elsewhere. Undefined where the binding is missing
 * or refuses: the account's transformations of the month may be used up, and then the full picture is served.
 */
export function imagesThumbnails(images: ImagesBinding | undefined, waitMs = SHRINK_MS): Thumbnails {
  return {
    shrink: async (picture, width) =>
      images ? within(waitMs, shrinkOne(images, picture, width)) : undefined,
  };
}
