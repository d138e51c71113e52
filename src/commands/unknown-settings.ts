import { settings } from '../config.ts';

/** Of these many exist that are nobody's mistake. */
const COMMON = new Set([
  'HOSTNAME',
  'HOSTTYPE',
  'LOGNAME',
  'SESSION_MANAGER',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'DATA_HOME',
]);

const names = Object.keys(settings);

/** What two settings or more begin with: another name that begins so was meant for us (`LOG_LEVEL`, `SMS_SIGNAME`). */
const families = new Set(
  names
    .map((name) => name.split('_')[0] ?? '')
    .filter((family, i, all) => all.indexOf(family) !== i && family.length > 1),
);

/** Letters to add, drop, change or exchange until one name is the other (optimal string alignment). */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + same,
        swapped ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [before, last] = [last, row];
  }
  return last[b.length] ?? 0;
}

const sorted = (name: string) => [...name].sort().join('');

/** Whether a name is a setting's with a slip: of a short one in the order of its letters alone, as `NODE` is no `MODE`. */
function isSlip(name: string, setting: string, apart: number): boolean {
  if (name.length <= 4) return apart === 1 && sorted(name) === sorted(setting);
  return apart <= (name.length < 8 ? 1 : 2);
}

/** A variable that is no setting and seems to be meant for one. */
export interface UnknownSetting {
  readonly name: string;
  /** The setting whose name is most like it; undefined where only the beginning is ours. */
  readonly meant: string | undefined;
}

/** The variables of an environment that look like misspelt settings. Of thousands that are none it says nothing. */
export function unknownSettings(environment: Readonly<Record<string, unknown>>): UnknownSetting[] {
  const candidates = Object.keys(environment).filter(
    (name) => /^[A-Z][A-Z0-9_]{3,40}$/.test(name) && !names.includes(name) && !COMMON.has(name),
  );
  return candidates.flatMap((name) => {
    const [nearest] = names
      .map((setting) => ({ setting, apart: distance(name, setting) }))
      .sort((one, other) => one.apart - other.apart);
    const meant = nearest && isSlip(name, nearest.setting, nearest.apart) ? nearest.setting : undefined;
    const family = name.split('_')[0] ?? '';
    return meant || (families.has(family) && name.includes('_')) ? [{ name, meant }] : [];
  });
}

/** One as a sentence for an operator. */
export const unknownSettingText = ({ name, meant }: UnknownSetting): string =>
  `${name} is no setting${meant ? `: is ${meant} meant?` : '; "teahouse config" lists them all.'}`;
