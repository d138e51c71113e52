import { type SettingsOf, whole } from '../../core/settings.ts';

/** How much a user may learn of other people’s mobiles. */
export const contactSettings = {
  NUMBERS_PER_USER_DAY: whole(5000, 1).describe(
    'Most distinct mobiles of which a user may learn in 24 hours, by address books and searches, whether they belong to an account.',
  ),
  NUMBERS_PER_ADDRESS_DAY: whole(20_000, 1).describe(
    'The same for all accounts younger than 7 days of one client address. An IPv6 client counts by its /64 network, and by the /56 and /48 around it with twice and eight times the limit.',
  ),
} as const;

declare module '../../core/settings.ts' {
  interface Settings extends SettingsOf<typeof contactSettings> {}
}
