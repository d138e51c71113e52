import { MAX_PIXELS, type Thumbnails } from './files.ts';

const FORMATS = ['image/jpeg', 'image/png', 'image/webp'] as const;
const isFormat = (type: string): type is (typeof FORMATS)[number] =>
  FORMATS.some((format) => format === type);

/**
 * Smaller copies by the Workers Images binding. Undefined where the binding is missing or refuses: the
 * account's transformations of the month may be used up, and then the full picture is served.
 */
export function imagesThumbnails(images: ImagesBinding | undefined): Thumbnails {
  return {
    async shrink(picture, width) {
      if (!images) return undefined;
      try {
        const info = await images.info(new Blob([picture.slice()]).stream());
        if (!('width' in info) || !isFormat(info.format) || info.width * info.height > MAX_PIXELS) {
          return undefined;
        }
        const small = await images
          .input(new Blob([picture.slice()]).stream())
          .transform({ width, fit: 'scale-down' })
          .output({ format: info.format, quality: 80 });
        const bytes = new Uint8Array(await small.response().arrayBuffer());
        return { bytes, contentType: small.contentType() };
      } catch {
        return undefined;
      }
    },
  };
}
