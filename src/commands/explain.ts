import { Problem } from '../core/problem.ts';
import { WritesPaused } from '../platform/database/executor.ts';

/** The error and what caused it. */
function* chain(error: unknown): Generator<Error> {
  for (let cause = error; cause instanceof Error; cause = cause.cause) yield cause;
}

const codeOf = (error: Error) => ('code' in error ? String(error.code) : '');
const pathOf = (error: Error) => ('path' in error ? String(error.path) : 'A file');

/** What a code of SQLite or of the system means to an operator, and what to do. */
const MEANINGS: readonly (readonly [code: RegExp, meaning: (error: Error) => string])[] = [
  [
    /^SQLITE_(NOTADB|CORRUPT)/,
    ({ message }) =>
      `The database is damaged (${message}). Put a backup in its place: stop the server, then "teahouse restore BACKUP --force", which keeps the damaged one.`,
  ],
  [
    /^(SQLITE_FULL|ENOSPC|EDQUOT)$/,
    () => 'The disk is full: nothing was written. Make room, then try again.',
  ],
  [
    /^SQLITE_(BUSY|LOCKED)/,
    () => 'The database is busy: another process has kept it to itself for too long. Try again.',
  ],
  [
    /^SQLITE_(CANTOPEN|READONLY|PERM)/,
    ({ message }) =>
      `The database cannot be opened for writing (${message}). Look at who owns its file and folder, and whether they are mounted read-only.`,
  ],
  [/^(EACCES|EPERM)$/, (error) => `${pathOf(error)} may not be touched by this user (${codeOf(error)}).`],
  [/^EROFS$/, (error) => `${pathOf(error)} is on a disk that can only be read.`],
  [/^(ENOTDIR|EISDIR|ENOENT)$/, ({ message }) => `A path is not what it should be: ${message}.`],
];

function meaningOf(error: unknown): string | undefined {
  for (const cause of chain(error)) {
    const found = MEANINGS.find(([code]) => code.test(codeOf(cause)));
    if (found) return found[1](cause);
  }
  return undefined;
}

/** The database's own errors tell what they are; what caused them tells why, where that is not plain. */
function unavailable(error: unknown): string | undefined {
  if (error instanceof WritesPaused) return error.message;
  if (!(error instanceof Error) || !['DatabaseUnavailable', 'OutcomeUnknown'].includes(error.name))
    return undefined;
  const causes = [...chain(error.cause)].map(({ message }) => message);
  return [error.message, ...causes.slice(-1)].join(' ');
}

/** Where in the program an error arose, for a report. */
const placeOf = (error: Error) =>
  /\(?([^\s(]+:\d+:\d+)\)?/.exec(error.stack?.split('\n')[1] ?? '')?.[1] ?? '';

function defect(error: unknown): string {
  if (!(error instanceof Error)) return `Unexpected: ${String(error)}`;
  const place = placeOf(error);
  return `Unexpected ${error.name}: ${error.message}${place ? ` (${place})` : ''}`;
}

/** What went wrong, for an operator: one line, without a stack; of settings, one for each that cannot be used. */
export function explain(error: unknown): string {
  if (error instanceof Problem) return error.message;
  return (meaningOf(error) ?? unavailable(error) ?? defect(error)).replace(/\s*\n\s*/g, ' ');
}
