import { type SettingsOf, whole } from '../../core/settings.ts';

/** What a withdrawal needs. */
export const walletSettings = {
  WITHDRAW_NEW_CARD_HOURS: whole(24, 0, 8760).describe(
    'Hours for which a newly bound card takes withdrawals only with the pay password.',
  ),
} as const;

declare module '../../core/settings.ts' {
  interface Settings extends SettingsOf<typeof walletSettings> {}
}
