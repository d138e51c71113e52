import type { CallerContext } from '../../context.ts';
import { refuse, refuseParameter } from '../../http/failure.ts';
import { MAX_FILES } from '../../http/upload-form.ts';
import { discardUploads, type StoredUpload, storeUpload } from './store.ts';

/**
 * Takes in the files of the call's form, all or none of them: at least one, and with `most` 1 the first
 * alone. The session is proved before a byte is stored.
 */
export async function takeForm(
  context: CallerContext,
  most = MAX_FILES,
): Promise<[StoredUpload, ...StoredUpload[]]> {
  await context.authenticate();
  if (!context.form) refuseParameter('fileUpload');
  const uploads: StoredUpload[] = [];
  try {
    for await (const { name, bytes } of context.form.files()) {
      uploads.push(await storeUpload(context, bytes, name));
      if (uploads.length === most) break;
    }
  } catch (error) {
    await discardUploads(context, uploads);
    throw error;
  }
  const [first, ...others] = uploads;
  return first ? [first, ...others] : refuseParameter('fileUpload');
}

/** Takes in the request's body itself as one file, whatever its header calls it. */
export async function takeBody(context: CallerContext): Promise<StoredUpload> {
  await context.authenticate();
  const length = Number(context.request.headers.get('content-length') ?? 0);
  if (length > context.config.UPLOAD_MAX_BYTES) refuse('FILE_TOO_LARGE');
  return context.request.body ? storeUpload(context, context.request.body) : refuseParameter('fileUpload');
}
