import * as z from 'zod';
import { textSeemsDrawn } from '../../core/secret-strength.ts';
import { type Settings, type SettingsOf, text } from '../../core/settings.ts';

/** How the server is watched. */
export const figureSettings = {
  METRICS_TOKEN: text().describe(
    'Whoever sends it as `Authorization: Bearer` reads `/metrics` (Prometheus); at least 32 characters. Empty: the path is not there.',
  ),
  METRICS_AT: z
    .enum(['everywhere', 'operators'])
    .default('everywhere')
    .describe(
      'Where `/metrics` answers: `everywhere` is the public port and the operators’ side; `operators` is ADMIN_PORT and the host of ADMIN_URL alone.',
    ),
} as const;

declare module '../../core/settings.ts' {
  interface Settings extends SettingsOf<typeof figureSettings> {}
}

const LEAST_LENGTH = 32;
const DRAW = 'draw it with "openssl rand -base64 32"';

type Looked = SettingsOf<typeof figureSettings> &
  Pick<
    Settings,
    'MODE' | 'ADMIN_URL' | 'ADMIN_PORT' | 'SESSION_SECRET' | 'PAY_PEPPER' | 'DATA_KEY' | 'AUDIT_KEY'
  >;

/** Why the metrics could not be kept from strangers, or reached, with these settings. */
export function figureProblems(settings: Looked): string[] {
  const { METRICS_TOKEN: token, METRICS_AT, MODE, ADMIN_URL, ADMIN_PORT } = settings;
  const problems: string[] = [];
  if (METRICS_AT === 'operators' && ADMIN_URL === '' && ADMIN_PORT === '')
    problems.push('METRICS_AT=operators needs ADMIN_PORT or ADMIN_URL.');
  if (token === '') return problems;
  if (!/^[\x21-\x7e]+$/.test(token)) problems.push('METRICS_TOKEN must have visible ASCII characters alone.');
  if (token.length < LEAST_LENGTH)
    problems.push(`METRICS_TOKEN must have at least ${LEAST_LENGTH} characters: ${DRAW}.`);
  else if (MODE === 'production' && !textSeemsDrawn(token))
    problems.push(`METRICS_TOKEN is too simple: ${DRAW}.`);
  for (const name of ['SESSION_SECRET', 'PAY_PEPPER', 'DATA_KEY', 'AUDIT_KEY'] as const)
    if (settings[name] === token) problems.push(`METRICS_TOKEN and ${name} must not be the same.`);
  return problems;
}
