import { amount, type SettingsOf, whole } from '../../core/settings.ts';

/** How much of withdrawals a provider pays. */
export const payoutSettings = {
  WITHDRAW_AUTO_DAY_MAX: amount('5000.00').describe(
    'Most of a user’s withdrawals of a day that WITHDRAW_PROVIDER pays, in yuan; what goes beyond waits for the operator.',
  ),
  WITHDRAW_AUTO_DAY_COUNT: whole(5, 1).describe(
    'How many of a user’s withdrawals a day WITHDRAW_PROVIDER pays: each costs a fee.',
  ),
} as const;

declare module '../../core/settings.ts' {
  interface Settings extends SettingsOf<typeof payoutSettings> {}
}
