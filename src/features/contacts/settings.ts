import { type SettingsOf, whole } from '../../core/settings.ts';

/** How much a user may learn of other people’s mobiles. */
export const contactSettings = {
  NUMBERS_PER_USER_DAY: whole(5000, 1).describe(
    'Distinct mobiles of which a user may learn in 24 hours whether they are somebody’s here, by address books and searches.',
  ),
  NUMBERS_PER_ADDRESS_DAY: whole(20_000, 1).describe(
    'The same for all accounts younger than 7 days of one client address. Of IPv6 its /64 network counts, and for twice and eight times as many the /56 and /48 around it.',
  ),
} as const;

declare module '../../core/settings.ts' {
  interface Settings extends SettingsOf<typeof contactSettings> {}
}
