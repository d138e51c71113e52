import type { Edit } from './edits.ts';

/** How a file is called and served. */
export interface Named {
  /** Of the key: chosen by us, whatever the upload was called. */
  readonly extension: string;
  readonly contentType: string;
}

/** What becomes of a file so that it says nothing of where and by what it was made. */
export interface Plan {
  /** In their order; they do not overlap. */
  readonly edits: readonly Edit[];
  /** What the file turned out to be, where its beginning does not say. */
  readonly as?: Named;
}
