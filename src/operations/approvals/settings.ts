import type { Fen } from '../../core/fen.ts';
import { fen } from '../../core/fen.ts';
import { amountIfAny, type Settings, type SettingsOf } from '../../core/settings.ts';

/** How much money one operator may move alone. */
export const approvalSettings = {
  ADMIN_TWO_EYES: amountIfAny.describe(
    'What one operator may move of a person’s money per day, by corrections and refunds together, in yuan. Anything beyond it waits for a second operator. 0: everything does. Empty: 1000.00 in production, no limit in a sandbox.',
  ),
} as const;

declare module '../../core/settings.ts' {
  interface Settings extends SettingsOf<typeof approvalSettings> {}
}

const IN_PRODUCTION = fen(100_000);

/** The fen that one operator may move of a person's money in a day; undefined where any are. */
export const mostAlone = ({
  MODE,
  ADMIN_TWO_EYES,
}: Pick<Settings, 'MODE' | 'ADMIN_TWO_EYES'>): Fen | undefined =>
  ADMIN_TWO_EYES ?? (MODE === 'production' ? IN_PRODUCTION : undefined);
