import { refuse } from '../../http/failure.ts';
import { limited, peek } from './bytes-in.ts';
import {
  type AttachedFormat,
  type PictureFormat,
  SNIFF_BYTES,
  type StreamFormat,
  sniff,
} from './formats/sniff.ts';
import { storePicture } from './store-picture.ts';
import { storeAttachment, storeStream } from './store-stream.ts';
import { removeKeys, type StoredUpload, type UploadContext } from './stored.ts';

export { SMALL } from './store-picture.ts';
export type { StoredUpload } from './stored.ts';

/**
 * Takes in one file: its type is what its bytes say, metadata goes, a large picture gets a smaller copy.
 * Refuses FILE_TOO_LARGE, UNSUPPORTED_FILE, HEIC_PICTURE, EMPTY_FILE, BROKEN_FILE, TOO_MANY_PIXELS, TOO_MANY_PARTS,
 * TOO_MANY_SCANS; then nothing is stored.
 * @param any takes any file, and offers for download what is neither picture, voice nor film
 */
export async function storeUpload(
  context: UploadContext,
  source: AsyncIterable<Uint8Array>,
  name = '',
  any?: { readonly fileExt?: string | undefined },
): Promise<StoredUpload> {
  const { head, all } = await peek(limited(source, context.config.UPLOAD_MAX_BYTES), SNIFF_BYTES);
  const format = sniff(head);
  const stored =
    format && format.kind !== 'attached'
      ? await storeShown(context, format, all)
      : await storeOther(context, format, head, all, name, any);
  return { ...stored, name: name.toLowerCase() };
}

const storeShown = (
  context: UploadContext,
  format: PictureFormat | StreamFormat,
  all: AsyncIterable<Uint8Array>,
) => (format.kind === 'picture' ? storePicture(context, format, all) : storeStream(context, format, all));

/** What no browser shows: refused, or a file to download where `any` is wanted. */
function storeOther(
  context: UploadContext,
  format: AttachedFormat | undefined,
  head: Uint8Array,
  all: AsyncIterable<Uint8Array>,
  name: string,
  any: { readonly fileExt?: string | undefined } | undefined,
) {
  if (!any) refuse(format ? 'HEIC_PICTURE' : 'UNSUPPORTED_FILE');
  if (head.length === 0) refuse('EMPTY_FILE');
  return storeAttachment(context, format, all, name, any.fileExt);
}

/** Removes what a call stored before it was refused; what cannot be removed is logged and stays unnamed. */
export async function discardUploads(
  context: Pick<UploadContext, 'files' | 'log'>,
  uploads: readonly StoredUpload[],
): Promise<void> {
  await removeKeys(
    context,
    uploads.flatMap(({ keys }) => keys),
  );
}
