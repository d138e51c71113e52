import * as z from 'zod';
import { type SettingsOf, whole } from '../../core/settings.ts';

/** How many messages a user sends, and how long they stay. */
export const chatSettings = {
  MESSAGES_PER_DAY: whole(10_000).describe(
    'Most messages that a user may send per day (Asia/Shanghai). One of more than 1,000 characters counts once more for each further 1,000. `0`: no limit.',
  ),
  MESSAGES_KEPT_DAYS: whole(0, 0, 36_500).describe(
    'Days after which messages are deleted, read or not. `0` keeps them for ever.',
  ),
  MESSAGE_SEARCH: z
    .enum(['on', 'off'])
    .default('on')
    .describe('`off`: users cannot search what was said, and nothing is written for it.'),
} as const;

declare module '../../core/settings.ts' {
  interface Settings extends SettingsOf<typeof chatSettings> {}
}
