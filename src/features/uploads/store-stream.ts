import { streamOf } from './bytes-in.ts';
import { cleanName, extensionOf } from './file-names.ts';
import { Malformed } from './formats/bytes.ts';
import { edited } from './formats/edits.ts';
import { TooManyPixels } from './formats/picture.ts';
import type { Named, Plan } from './formats/plan.ts';
import { type AttachedFormat, DOWNLOAD, type StreamFormat } from './formats/sniff.ts';
import { Look } from './formats/source.ts';
import { TooManyParts } from './formats/steps.ts';
import { type Spool, spool } from './spool.ts';
import { type Nameless, newKey, refuseBroken, type UploadContext, urlOf } from './stored.ts';

/** Puts a file into the store under a name of its kind, with what the plan changes of it. */
async function put(
  context: UploadContext,
  source: AsyncIterable<Uint8Array>,
  { extension, contentType }: Named,
  name?: string,
): Promise<Nameless> {
  const key = newKey(context, extension);
  const { size } = await context.files.put(key, streamOf(source), contentType, name);
  return { key, url: urlOf(context, key), size, contentType, keys: [key] };
}

/** Voices and films: kept aside until their plan is made, because their tables may come last. */
export async function storeStream(
  context: UploadContext,
  format: StreamFormat,
  source: AsyncIterable<Uint8Array>,
): Promise<Nameless> {
  const kept = await spool(context.files, newKey(context, 'held'), source);
  try {
    const { edits, as } = await format.plan(new Look(kept, format.fine)).catch(refuseBroken);
    return await put(context, edited(kept.stream(), edits), as ?? format);
  } finally {
    await kept.drop();
  }
}

/** Nothing is known of the file, or no browser shows it: whoever wants it downloads it. */
export async function storeAttachment(
  context: UploadContext,
  format: AttachedFormat | undefined,
  source: AsyncIterable<Uint8Array>,
  name: string,
  fileExt = '',
): Promise<Nameless> {
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
