import { amount, type SettingsOf, whole } from '../../core/settings.ts';

/** How much of withdrawals a provider pays. */
export const payoutSettings = {
  WITHDRAW_AUTO_DAY_MAX: amount('5000.00').describe(
    'Most that WITHDRAW_PROVIDER pays per user and day, in yuan. Withdrawals beyond it wait for the operator.',
  ),
  WITHDRAW_AUTO_DAY_COUNT: whole(5, 1).describe(
    'Most withdrawals that WITHDRAW_PROVIDER pays per user and day: each costs a fee.',
  ),
} as const;

declare module '../../core/settings.ts' {
  interface Settings extends SettingsOf<typeof payoutSettings> {}
}
