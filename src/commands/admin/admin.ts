import { readConfig } from '../../config.ts';
import { Problem } from '../../core/problem.ts';
import { openBeside } from '../../homes/bun/home.ts';
import type { Operation } from '../../operations/operation.ts';
import { readGiven } from '../../operations/run.ts';
import { operations } from '../../operations.ts';
import { type Arguments, Misused, type Print, readArguments, type Shape } from '../arguments.ts';
import { tellDatabase } from '../database.ts';
import { runAsShell } from './as-shell.ts';
import { givenTo, shapeOf } from './call.ts';
import { type GroundAction, operators } from './operators.ts';
import { onDatabase } from './operators-ground.ts';
import { emptiness, show } from './show.ts';

/** A verb of a subject: an operation, or what is done about operators on the database alone. */
type Verb = Operation | GroundAction;

const subjectOf = ({ name }: Operation) => name.slice(0, name.indexOf('.'));
const verbOf = ({ name }: Operation) => name.slice(name.indexOf('.') + 1);

const subjects: ReadonlyMap<string, ReadonlyMap<string, Verb>> = new Map([
  ...[...Map.groupBy(operations, subjectOf)].map(
    ([subject, some]) =>
      [subject, new Map<string, Verb>(some.map((operation) => [verbOf(operation), operation]))] as const,
  ),
  ['operators', new Map<string, Verb>(Object.entries(operators))] as const,
]);

const shaped = (verb: Verb): Shape => ('runOn' in verb ? verb : shapeOf(verb));

/** What an operator can do to a subject, or to any, a line each. @param path as `['payouts', 'settle']` */
export function adminHelp([subject = '', name = '']: readonly string[]): string {
  const chosen = subjects.get(subject);
  const only = chosen?.get(name);
  const shown = only
    ? [only]
    : [...(chosen ? [chosen] : subjects.values())].flatMap((some) => [...some.values()]);
  const lines = shown.map((verb) => [shaped(verb).usage, verb.about] as const);
  const width = Math.max(...lines.map(([usage]) => usage.length));
  return lines.map(([usage, words]) => `  teahouse ${usage.padEnd(width)}  ${words}`).join('\n');
}

function verbFor([subject = '', name = '']: readonly string[]): Verb {
  const chosen = subjects.get(subject);
  if (!chosen) throw new Misused('Say what about.', `admin ${[...subjects.keys()].join(' | ')}`);
  const found = chosen.get(name);
  if (found) return found;
  throw new Misused('Say what to do.', `admin ${subject} ${[...chosen.keys()].join(' | ')}`);
}

/** `teahouse admin SUBJECT VERB …`: an operation at the machine itself, with every role, written into the audit. */
export async function admin(args: readonly string[], print: Print): Promise<void> {
  const verb = verbFor(args);
  const given = readArguments(args.slice(2), shaped(verb));
  if ('runOn' in verb) return onDatabase((ground) => verb.runOn(ground, given, print));
  return carryOut(verb, given, print);
}

async function carryOut(operation: Operation, given: Arguments, print: Print): Promise<void> {
  const config = readConfig(process.env);
  const asked = givenTo(operation, given);
  // What cannot be carried out anywhere opens no database.
  readGiven(operation, asked);
  tellDatabase(config);
  const home = await openBeside(config);
  try {
    const text = await runAsShell(home.platform, operation, asked);
    show(operation, text, given.has('json'), print);
    const why = emptiness(operation, text);
    if (why) throw new Problem(why);
  } finally {
    await home.close();
  }
}
