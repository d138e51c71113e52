import { seemsDrawn, textSeemsDrawn } from '../../core/secret-strength.ts';
import { list, type Settings, type SettingsOf, text } from '../../core/settings.ts';

/** The secrets of this installation. */
export const keySettings = {
  SESSION_SECRET: text().describe(
    'Signs session tokens; at least 32 characters, required in production. A sandbox draws its own.',
  ),
  DATA_KEY: text().describe(
    'Encrypts ID and card numbers at rest: 32 bytes in base64, required in production. A sandbox draws its own. Losing it loses those numbers.',
  ),
  DATA_KEY_OLD: list.describe(
    'Those that DATA_KEY was before, with commas: they open what is not sealed under the new one yet. `teahouse reseal` says when they may go.',
  ),
  PAY_PEPPER: text().describe(
    'Keys the digests of pay passwords and SMS codes; at least 32 characters, required in production. A sandbox draws its own.',
  ),
  PAY_PEPPER_OLD: list.describe(
    'Those that PAY_PEPPER was before, with commas: a pay password goes over to the new one when it is next entered right.',
  ),
  AUDIT_KEY: text().describe(
    'Seals the audit of operators’ acts; at least 32 characters. Without it a key is made from DATA_KEY: set one of its own, so that whoever holds DATA_KEY cannot write the audit again. It must not change.',
  ),
} as const;

type KeySettings = SettingsOf<typeof keySettings>;

declare module '../../core/settings.ts' {
  interface Settings extends SettingsOf<typeof keySettings> {}
}

const DRAW = 'draw it with "openssl rand -base64 32"';

/** What is wrong with the secrets of production: each one, and that two are one. */
function secretProblems(config: KeySettings): string[] {
  const { SESSION_SECRET, PAY_PEPPER, DATA_KEY, AUDIT_KEY } = config;
  const problems: string[] = [];
  for (const [name, value] of Object.entries({ SESSION_SECRET, PAY_PEPPER })) {
    if (value === '') problems.push(`${name} must be set in production: ${DRAW}.`);
    else if (value.length < 32) problems.push(`${name} must have at least 32 characters in production.`);
    else if (!textSeemsDrawn(value)) problems.push(`${name} is too simple: ${DRAW}.`);
  }
  if (DATA_KEY === '') problems.push(`DATA_KEY must be set in production: ${DRAW}.`);
  else if (isDataKey(DATA_KEY) && !seemsDrawn(Buffer.from(DATA_KEY, 'base64')))
    problems.push(`DATA_KEY is too simple: ${DRAW}.`);
  if (AUDIT_KEY !== '' && AUDIT_KEY.length < 32)
    problems.push('AUDIT_KEY must have at least 32 characters in production.');
  else if (AUDIT_KEY !== '' && !textSeemsDrawn(AUDIT_KEY)) problems.push(`AUDIT_KEY is too simple: ${DRAW}.`);
  const old = (name: string, values: readonly string[]) =>
    values.map((value, i) => [values.length > 1 ? `${name} (${i + 1})` : name, value] as const);
  const { DATA_KEY_OLD, PAY_PEPPER_OLD } = config;
  const olds = [...old('DATA_KEY_OLD', DATA_KEY_OLD), ...old('PAY_PEPPER_OLD', PAY_PEPPER_OLD)];
  return [
    ...problems,
    ...sameSecrets({ SESSION_SECRET, PAY_PEPPER, DATA_KEY, AUDIT_KEY, ...Object.fromEntries(olds) }),
  ];
}

/** One secret in two places: who learns the one has the other. */
function sameSecrets(secrets: Readonly<Record<string, string>>): string[] {
  const bare = (value: string) => value.replace(/=+$/, '').replaceAll('-', '+').replaceAll('_', '/');
  const given = Object.entries(secrets).filter(([, value]) => value !== '');
  return given.flatMap(([name, value], i) =>
    given
      .slice(i + 1)
      .filter(([, other]) => bare(other) === bare(value))
      .map(([other]) => `${name} and ${other} must not be the same: draw each by itself.`),
  );
}

const isDataKey = (value: string) => /^[A-Za-z0-9+/_-]{43}=?$/.test(value);

function dataKeyProblems({ DATA_KEY, DATA_KEY_OLD }: KeySettings): string[] {
  return [
    ...(DATA_KEY === '' || isDataKey(DATA_KEY) ? [] : [`DATA_KEY must be 32 bytes in base64: ${DRAW}.`]),
    ...(DATA_KEY_OLD.every(isDataKey) ? [] : ['DATA_KEY_OLD must be 32 bytes in base64 each, with commas.']),
  ];
}

/** Why the secrets cannot be used: those of production must be real ones. */
export const keyProblems = (settings: KeySettings & Pick<Settings, 'MODE'>): string[] => [
  ...(settings.MODE === 'production' ? secretProblems(settings) : []),
  ...dataKeyProblems(settings),
];
