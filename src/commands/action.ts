import type { UserId } from '../core/ids.ts';
import { Problem } from '../core/problem.ts';
import type { BunHome } from '../homes/bun/home.ts';
import type { Arguments, Print, Shape } from './arguments.ts';

/** One thing that a command of several does: `teahouse files remove …`. */
export interface Action extends Shape {
  readonly about: string;
  run(home: BunHome, args: Arguments, print: Print): Promise<void>;
}

/** The number of a user. An operator's word: the statement looks it up. */
export function userOf(text: string | undefined): UserId {
  if (text && /^[1-9]\d{0,15}$/.test(text)) return Number(text) as UserId;
  throw new Problem('Give the user’s number. "teahouse admin users find MOBILE" tells it.');
}
