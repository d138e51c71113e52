import type { CallerContext } from '../../context.ts';
import { refuse } from '../../http/failure.ts';
import { MAX_EFFORT, MAX_PIXELS } from '../../platform/files.ts';
import { randomText } from '../../platform/random.ts';
import { collect, limited, peek, streamOf } from './bytes-in.ts';
import { cleanName, extensionOf } from './file-names.ts';
import { Malformed } from './formats/bytes.ts';
import { edited } from './formats/edits.ts';
import { type CleanPicture, TooManyPixels } from './formats/picture.ts';
import type { Named, Plan } from './formats/plan.ts';
import {
  type AttachedFormat,
  DOWNLOAD,
  type PictureFormat,
  SNIFF_BYTES,
  type StreamFormat,
  sniff,
} from './formats/sniff.ts';
import { Look } from './formats/source.ts';
import { inTurns, TooManyParts } from './formats/steps.ts';
import { type Spool, spool } from './spool.ts';

type UploadContext = Pick<
  CallerContext,
  'caller' | 'config' | 'clock' | 'random' | 'files' | 'thumbnails' | 'publicUrl' | 'log'
>;

/** A file that was taken in. */
export interface StoredUpload {
  readonly key: string;
  /** Of the smaller copy, where one was made (behaviour.md 2.2). */
  readonly url: string;
  /** Of the file itself, in bytes, without the metadata that was taken out. */
  readonly size: number;
  readonly contentType: string;
  /** As the sender called it, in lower case; says nothing about the content. */
  readonly name: string;
  /** Everything that was written: the file and, where there is one, its smaller copy. */
  readonly keys: readonly string[];
}

/** Pictures above this size get a smaller copy (behaviour.md 2.2: 1000 KB), this many pixels wide. */
const LARGE = 1000 * 1024;
const SMALL_WIDTH = 400;
export const SMALL = 'small_';

/** Time and 131 random bits, shaped as the document's names: `1512615105030_op0JRv151261510226917229.jpg`. */
const newKey = ({ clock, random }: UploadContext, extension: string) =>
  `${clock.now()}_${randomText(random, 22)}.${extension}`;

const urlOf = (context: UploadContext, key: string) => `${context.publicUrl}/upload/${key}`;

/** Turns what a format found wrong into a refusal. */
function refuseBroken(error: unknown): never {
  if (error instanceof Malformed) refuse('BROKEN_FILE');
  if (error instanceof TooManyPixels)
    refuse('TOO_MANY_PIXELS', { reason: 'TOO_MANY_PIXELS', most: MAX_PIXELS });
  if (error instanceof TooManyParts) {
    const reason = error.what === 'scans' ? 'TOO_MANY_SCANS' : 'TOO_MANY_PARTS';
    refuse(reason, { reason, most: error.most });
  }
  throw error;
}

/** Writes the smaller copy; a picture without one is served whole. */
async function storeSmall(context: UploadContext, key: string, picture: CleanPicture): Promise<string[]> {
  const { bytes, animated, effort } = picture;
  if (bytes.length <= LARGE || animated || effort > MAX_EFFORT) return [];
  const small = await context.thumbnails.shrink({ bytes, owner: context.caller.userId }, SMALL_WIDTH);
  if (!small || small.bytes.length >= bytes.length) return [];
  await context.files.put(SMALL + key, small.bytes, small.contentType);
  return [SMALL + key];
}

async function storePicture(
  context: UploadContext,
  format: PictureFormat,
  source: AsyncIterable<Uint8Array>,
): Promise<Omit<StoredUpload, 'name'>> {
  const raw = await collect(source);
  const picture = await inTurns(format.clean(raw)).catch(refuseBroken);
  const { bytes } = picture;
  const key = newKey(context, format.extension);
  const { contentType } = format;
  await context.files.put(key, bytes, contentType);
  try {
    const small = await storeSmall(context, key, picture);
    const url = urlOf(context, small[0] ?? key);
    return { key, url, size: bytes.length, contentType, keys: [key, ...small] };
  } catch (error) {
    await removeKeys(context, [key]);
    throw error;
  }
}

/** Puts a file into the store under a name of its kind, with what the plan changes of it. */
async function put(
  context: UploadContext,
  source: AsyncIterable<Uint8Array>,
  { extension, contentType }: Named,
  name?: string,
): Promise<Omit<StoredUpload, 'name'>> {
  const key = newKey(context, extension);
  const { size } = await context.files.put(key, streamOf(source), contentType, name);
  return { key, url: urlOf(context, key), size, contentType, keys: [key] };
}

/** Voices and films: kept aside until their plan is made, because their tables may come last. */
async function storeStream(
  context: UploadContext,
  format: StreamFormat,
  source: AsyncIterable<Uint8Array>,
): Promise<Omit<StoredUpload, 'name'>> {
  const kept = await spool(context.files, newKey(context, 'held'), source);
  try {
    const { edits, as } = await format.plan(new Look(kept, format.fine)).catch(refuseBroken);
    return await put(context, edited(kept.stream(), edits), as ?? format);
  } finally {
    await kept.drop();
  }
}

/** Nothing is known of the file, or no browser shows it: whoever wants it downloads it. */
async function storeAttachment(
  context: UploadContext,
  format: AttachedFormat | undefined,
  source: AsyncIterable<Uint8Array>,
  name: string,
  fileExt = '',
): Promise<Omit<StoredUpload, 'name'>> {
  const named = { extension: extensionOf(name || `.${fileExt}`), contentType: DOWNLOAD };
  const shown = cleanName(name) || undefined;
  if (!format) return put(context, source, named, shown);
  const kept = await spool(context.files, newKey(context, 'held'), source);
  try {
    const { edits } = await planIfPossible(format, kept);
    return await put(context, edited(kept.stream(), edits), { ...named, extension: format.extension }, shown);
  } finally {
    await kept.drop();
  }
}

/** What cannot be cleaned goes out as it came, because nobody opens it by itself. */
async function planIfPossible(format: AttachedFormat, kept: Spool): Promise<Plan> {
  try {
    return await format.plan(new Look(kept, format.fine));
  } catch (error) {
    const known = [Malformed, TooManyParts, TooManyPixels].some((kind) => error instanceof kind);
    if (!known) throw error;
    return { edits: [] };
  }
}

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

async function removeKeys(
  { files, log }: Pick<UploadContext, 'files' | 'log'>,
  keys: readonly string[],
): Promise<void> {
  const removed = await Promise.allSettled(keys.map((key) => files.delete(key)));
  const failed = removed.filter(({ status }) => status === 'rejected').length;
  if (failed > 0) log.error('uploads left behind', { count: failed });
}
