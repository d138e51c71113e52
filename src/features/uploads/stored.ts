import type { UserId } from '../../core/ids.ts';
import { randomText } from '../../core/random.ts';
import { refuse } from '../../http/failure.ts';
import { MAX_PIXELS } from '../../platform/files/files.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { Malformed } from './formats/bytes.ts';
import { TooManyPixels } from './formats/picture.ts';
import { TooManyParts } from './formats/steps.ts';

export type UploadContext = Pick<
  CallerContext,
  'config' | 'clock' | 'random' | 'files' | 'thumbnails' | 'publicUrl' | 'log'
> & {
  /** Whose the file is; 0: the operator's. */
  readonly caller: { readonly userId: UserId };
};

/** A file that was taken in. */
export interface StoredUpload {
  readonly key: string;
  /** Of the smaller copy, where one was made (docs/original.md#uploads). */
  readonly url: string;
  /** Of the file itself, in bytes, without the metadata that was taken out. */
  readonly size: number;
  readonly contentType: string;
  /** As the sender called it, in lower case; says nothing about the content. */
  readonly name: string;
  /** Everything that was written: the file and, where there is one, its smaller copy. */
  readonly keys: readonly string[];
}

/** The same before anybody has asked for its name. */
export type Nameless = Omit<StoredUpload, 'name'>;

/** Time and 131 random bits, shaped as the document's names: `1512615105030_op0JRv151261510226917229.jpg`. */
export const newKey = ({ clock, random }: UploadContext, extension: string) =>
  `${clock.now()}_${randomText(random, 22)}.${extension}`;

export const urlOf = (context: UploadContext, key: string) => `${context.publicUrl}/upload/${key}`;

/** Turns what a format found wrong into a refusal. */
export function refuseBroken(error: unknown): never {
  if (error instanceof Malformed) refuse('BROKEN_FILE');
  if (error instanceof TooManyPixels) refuse('TOO_MANY_PIXELS', { most: MAX_PIXELS });
  if (error instanceof TooManyParts) {
    const reason = error.what === 'scans' ? 'TOO_MANY_SCANS' : 'TOO_MANY_PARTS';
    refuse(reason, { most: error.most });
  }
  throw error;
}

/** Removes what was stored before a refusal; what cannot be removed is logged and stays unnamed. */
export async function removeKeys(
  { files, log }: Pick<UploadContext, 'files' | 'log'>,
  keys: readonly string[],
): Promise<void> {
  const removed = await Promise.allSettled(keys.map((key) => files.delete(key)));
  const failed = removed.filter(({ status }) => status === 'rejected').length;
  if (failed > 0) log.error('uploads left behind', { count: failed });
}
