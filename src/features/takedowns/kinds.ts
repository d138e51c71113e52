import type { UserId } from '../../core/ids.ts';

/** What may be taken down by its number. */
export const SUBJECTS = [
  'moment',
  'comment',
  'message',
  'note',
  'name',
  'avatar',
  'background',
  'group',
] as const;
export type TakedownSubject = (typeof SUBJECTS)[number];

/** What is found of something that is there. */
export type Found = {
  /** Whose it is. */
  readonly owner: UserId;
  /** All of it, as JSON: what comes back is made of this. */
  readonly evidence: string;
  /** What must still be so when it goes, where it may change. */
  readonly seen: string;
  /** Where its events go: the group, or the other person; of a comment its moment. */
  readonly dest: number;
};
