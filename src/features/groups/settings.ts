import { amount, type SettingsOf } from '../../core/settings.ts';

/** What a group may ask for. */
export const groupSettings = {
  GROUP_FEE_MAX: amount('500.00').describe('Most that a group may ask for joining, in yuan.'),
} as const;

declare module '../../core/settings.ts' {
  interface Settings extends SettingsOf<typeof groupSettings> {}
}
