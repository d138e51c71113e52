import { type SettingsOf, text, whole } from '../../core/settings.ts';

/** How long a login lasts, and where apps go from it. */
export const sessionSettings = {
  SESSION_DAYS: whole(90, 1, 3650).describe('How long a login lasts, in days.'),
  LOGIN_EVENTS_DAYS: whole(180, 180, 3650).describe(
    'For how many days it is kept from where and when an account was used. The law of China wants six months at least, so 180 is the least.',
  ),
  IM_SERVER_URL: text().describe(
    '`imServerUrl` of doLogin: where apps connect for messages. Empty: the host that the client called.',
  ),
} as const;

declare module '../../core/settings.ts' {
  interface Settings extends SettingsOf<typeof sessionSettings> {}
}
