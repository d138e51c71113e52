import type { Operation } from '../../operations/operation.ts';
import type { Speech } from '../words/speak.ts';

/** `Payouts · Settle`. */
export const titleOf = (speech: Speech, operation: Pick<Operation, 'name'>): string =>
  `${speech.subject(operation.name.slice(0, operation.name.indexOf('.')))} · ${speech.label(operation)}`;
