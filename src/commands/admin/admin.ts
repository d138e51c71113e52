import { readConfig } from '../../config.ts';
import { Problem } from '../../core/problem.ts';
import { openBeside } from '../../homes/bun/home.ts';
import type { Auditing } from '../../operations/audit/append.ts';
import { isAuditKey } from '../../operations/audit/own-key.ts';
import { isAudited, type Operation } from '../../operations/operation.ts';
import { readGiven } from '../../operations/run.ts';
import { operations } from '../../operations.ts';
import type { Platform } from '../../realtime/context.ts';
import { Misused, type Print, readArguments } from '../arguments.ts';
import { tellDatabase } from '../database.ts';
import { onDatabaseAlone } from './alone.ts';
import { runAsShell } from './as-shell.ts';
import { givenTo, shapeOf } from './call.ts';
import { emptiness, show } from './show.ts';

const subjects = [...new Set(operations.map(({ name }) => name.split('.')[0] ?? ''))];
const about = (subject: string) => operations.filter(({ name }) => name.startsWith(`${subject}.`));
const verbOf = ({ name }: Operation) => name.slice(name.indexOf('.') + 1);

/** What an operator can do to a subject, or to any, a line each. @param path as `['payouts', 'settle']` */
export function adminHelp([subject = '', verb]: readonly string[]): string {
  const chosen = about(subject);
  const only = chosen.filter((operation) => verbOf(operation) === verb);
  const shown = [only, chosen, operations].find((list) => list.length > 0) ?? [];
  const lines = shown.map((operation) => [shapeOf(operation).usage, operation.about] as const);
  const width = Math.max(...lines.map(([usage]) => usage.length));
  return lines.map(([usage, words]) => `  teahouse ${usage.padEnd(width)}  ${words}`).join('\n');
}

function operationOf([subject = '', verb]: readonly string[]): Operation {
  const chosen = about(subject);
  if (chosen.length === 0) throw new Misused('Say what about.', `admin ${subjects.join(' | ')}`);
  const found = chosen.find((operation) => verbOf(operation) === verb);
  if (found) return found;
  throw new Misused('Say what to do.', `admin ${subject} ${chosen.map(verbOf).join(' | ')}`);
}

/**
 * A shell may have other settings than the server. What it wrote under another AUDIT_KEY would look forged: then the
 * act stands in the audit without its details, as from a laptop.
 */
async function withAuditKey(home: Platform): Promise<Platform> {
  if (await isAuditKey(home.db, home.keys.audit)) return home;
  process.stderr.write(
    'Warning: AUDIT_KEY is not the one under which the server seals the audit. It keeps no details of this act.\n',
  );
  const without: Omit<Platform, 'keys'> & Auditing = { ...home, keys: { ...home.keys, audit: undefined } };
  return without as Platform; // whatever writes into the audit asks whether there is a key
}

/** `teahouse admin SUBJECT VERB …`: an operation at the machine itself, with every role, written into the audit. */
export async function admin(args: readonly string[], print: Print): Promise<void> {
  const operation = operationOf(args);
  const given = readArguments(args.slice(2), shapeOf(operation));
  const asked = givenTo(operation, given);
  // What cannot be carried out anywhere opens no database.
  readGiven(operation, asked);
  const carryOut = async (home: Platform) => {
    const text = await runAsShell(home, operation, asked);
    show(operation, text, given.has('json'), print);
    const why = emptiness(operation, text);
    if (why) throw new Problem(why);
  };
  if (operation.name.startsWith('operators.')) return onDatabaseAlone(carryOut);
  const config = readConfig(process.env);
  tellDatabase(config);
  const home = await openBeside(config);
  try {
    await carryOut(isAudited(operation) ? await withAuditKey(home.platform) : home.platform);
  } finally {
    await home.close();
  }
}
