import { comment } from './comment.ts';
import { groupSubject } from './group.ts';
import type { TakedownSubject } from './kinds.ts';
import { message } from './message.ts';
import { moment } from './moment.ts';
import { note } from './note.ts';
import { avatar, background, name } from './profile.ts';
import type { Takable } from './subject.ts';

/** Everything that may be taken down by its number, and how. */
export const subjects: Readonly<Record<TakedownSubject, Takable>> = {
  moment,
  comment,
  message,
  note,
  name,
  avatar,
  background,
  group: groupSubject,
};
