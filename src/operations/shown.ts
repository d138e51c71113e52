import { chinaDateText } from '../core/china-time.ts';
import { withoutMisplaced } from '../core/text/hidden.ts';

/** What stands for a text that no key opens. */
export const UNREADABLE = '(cannot be read: sealed under a lost key)';

/** What a user has written, where a terminal takes it for text alone: no control characters, no line ends. */
export const onOneLine = (text: string): string => withoutMisplaced(text.replace(/\p{Cc}+/gu, ' '));

/** A time as an operator reads it: `2026-11-22 20:00:00`, Asia/Shanghai. */
export const timeText = chinaDateText;

const KINDS = ['unknown', 'Android', 'iOS', 'PC', 'web'] as const;
/** The kind of a device. */
export const kindText = (kind: number): string => KINDS[kind] ?? 'unknown';
