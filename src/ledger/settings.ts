import { amount, amountIfAny, type SettingsOf } from '../core/settings.ts';

/** What leaves a wallet without the pay password. */
export const ledgerSettings = {
  PASSWORDLESS_MAX: amount('200.00').describe(
    'Most that a gift, or one share of a red packet, may be without the pay password, in yuan.',
  ),
  PASSWORDLESS_DAY_MAX: amountIfAny.describe(
    'Most that leaves a wallet per day without the pay password, by red packets, gifts and withdrawals together, in yuan. Money that left with the pay password counts, too. Empty: 1000.00 in production, 20000.00 in a sandbox.',
  ),
} as const;

declare module '../core/settings.ts' {
  interface Settings extends SettingsOf<typeof ledgerSettings> {}
}
