import type { WordOf } from './word.ts';

/** `dest_type` of what goes to a person or to a group: messages, pins, red packets. */
export const DEST = { person: 1, group: 2 } as const;
export type Dest = WordOf<typeof DEST>;
