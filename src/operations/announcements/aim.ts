import * as z from 'zod';
import type { To } from '../../features/announcements/reach.ts';
import { oneOf, optional } from '../params.ts';
import { Refused } from '../refused.ts';

/** People of one list. */
const MOST_PEOPLE = 10_000;
const MOST_CHARACTERS = 200_000;
const error = `Give the list: up to ${MOST_PEOPLE} users’ numbers, with spaces, commas or line ends between them.`;
const isNumber = (part: string) => /^[1-9]\d{0,15}$/.test(part) && Number.isSafeInteger(Number(part));

/** Users by number, as people write lists of them. */
const people = z
  .string({ error })
  .max(MOST_CHARACTERS, { error })
  .transform((given) => [...new Set(given.split(/[\s,;，；、]+/).filter((part) => part !== ''))])
  .refine((parts) => parts.length > 0 && parts.length <= MOST_PEOPLE && parts.every(isNumber), { error })
  .transform((parts) => parts.map(Number))
  .meta({ title: 'list of users', asks: 'file', type: 'string', maxLength: MOST_CHARACTERS });

/** The people an announcement is for. */
export const aimParams = {
  to: oneOf('people', ['all', 'android', 'ios', 'pc', 'web', 'list']),
  users: optional(people),
};

interface Aim {
  readonly to: 'list' | Exclude<To, readonly number[]>;
  readonly users?: readonly number[] | undefined;
}

/** The people it is for; refuses a list that is missing, or that nobody asked for. */
export function aimOf({ to, users }: Aim): To {
  if (to === 'list') {
    if (!users) throw new Refused('INVALID_PARAMETER', error, 'users');
    return users;
  }
  if (users) throw new Refused('INVALID_PARAMETER', 'Only an announcement to a list takes one.', 'users');
  return to;
}
