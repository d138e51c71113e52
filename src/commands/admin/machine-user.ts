import { readFileSync } from 'node:fs';

/** What tells who runs this program. */
export interface Machine {
  /** The number of the process's user; undefined on Windows, which has none. */
  readonly uid: number | undefined;
  /** The machine's list of users, as `/etc/passwd` has it; empty where there is none. */
  readonly users: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const listed = (uid: string, users: string): string | undefined =>
  users
    .split('\n')
    .map((line) => line.split(':'))
    .find(([, , id]) => id === uid)?.[0];

/**
 * The user of this machine, by the number that the system knows the process by: what the environment calls them, they
 * can set themselves. Behind `sudo` it is the person, as `anna (sudo)`. Somebody without a name is `uid 1000`.
 */
export function userOf({ uid, users, env }: Machine): string {
  if (uid === undefined) return env['USERNAME'] || 'somebody';
  const person = uid === 0 ? env['SUDO_UID'] : undefined;
  const name = listed(person ?? String(uid), users) ?? `uid ${person ?? uid}`;
  return person === undefined ? name : `${name} (sudo)`;
}

function usersOfMachine(): string {
  try {
    return readFileSync('/etc/passwd', 'utf8');
  } catch {
    return '';
  }
}

/** The user of this process, for the audit. */
export const machineUser = (): string =>
  userOf({ uid: process.getuid?.(), users: usersOfMachine(), env: process.env });
