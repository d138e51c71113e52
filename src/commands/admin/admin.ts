import { readConfig } from '../../config.ts';
import { openBeside } from '../../homes/bun/home.ts';
import { Misused, type Print, readArguments } from '../arguments.ts';
import { tellDatabase } from '../database.ts';
import type { Action } from './action.ts';
import { identity } from './identity.ts';
import { type GroundAction, operators } from './operators.ts';
import { onDatabase } from './operators-ground.ts';
import { payouts } from './payouts.ts';
import { reports } from './reports.ts';
import { strays } from './strays.ts';
import { users } from './users.ts';

type AnyAction = Action | GroundAction;
const subjects: Readonly<Record<string, Readonly<Record<string, AnyAction>>>> = {
  users,
  reports,
  identity,
  payouts,
  strays,
  operators,
};

const own = <Value>(table: Readonly<Record<string, Value>>, name: string | undefined) =>
  name !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;

/** What an operator can do to a subject, or to any, a line each. @param path as `['payouts', 'settle']` */
export function adminHelp([subject, action]: readonly string[]): string {
  const chosen = own(subjects, subject);
  const only = own(chosen ?? {}, action);
  const actions = only
    ? [only]
    : Object.values(chosen ? { chosen } : subjects).flatMap((some) => Object.values(some));
  const width = Math.max(...actions.map(({ usage }) => usage.length));
  return actions.map(({ usage, about }) => `  teahouse ${usage.padEnd(width)}  ${about}`).join('\n');
}

function actionOf([subject, name]: readonly string[]): AnyAction {
  const chosen = own(subjects, subject);
  if (!chosen) throw new Misused('Say what about.', `admin ${Object.keys(subjects).join(' | ')}`);
  const found = own(chosen, name);
  if (!found) throw new Misused('Say what to do.', `admin ${subject} ${Object.keys(chosen).join(' | ')}`);
  return found;
}

/** What only an operator may do, at the machine itself. Whoever may run it needs no password. */
export async function admin(args: readonly string[], print: Print): Promise<void> {
  const action = actionOf(args);
  const given = readArguments(args.slice(2), action);
  if ('runOn' in action) return onDatabase((ground) => action.runOn(ground, given, print));
  const config = readConfig(process.env);
  tellDatabase(config);
  const home = await openBeside(config);
  try {
    await action.run(home, given, print);
  } finally {
    await home.close();
  }
}
