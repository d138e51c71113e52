import * as z from 'zod';
import { isScope } from '../operators/scopes.ts';
import { isAddressRange } from '../operators/settings.ts';

const MOST = 50;
const wordsOf = (text: string) =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean);

/** Words between commas, as the shell has them, or a list. */
const words = (title: string, isOne: (word: string) => boolean, error: string, example: string) =>
  z
    .union([z.string().max(4000), z.array(z.string()).max(MOST)], { error })
    .transform((given, context) => {
      const found = typeof given === 'string' ? wordsOf(given) : given;
      if (found.length <= MOST && found.every(isOne)) return found;
      context.addIssue({ code: 'custom', message: error });
      return z.NEVER;
    })
    .meta({ title, asks: 'text', type: 'array', items: { type: 'string' }, examples: [example] });

const SCOPES =
  'Scopes are operations or all of a subject, as payouts.list,users.*; none about operators and tokens.';
export const scopes = words('scopes', isScope, SCOPES, 'payouts.list').refine((found) => found.length > 0, {
  error: SCOPES,
});

const ADDRESSES = 'Addresses are such as 203.0.113.7,10.0.0.0/8,2001:db8::/32.';
const ranges = words('addresses', isAddressRange, ADDRESSES, '203.0.113.7');
export const addresses = ranges.default([]).meta({ ...ranges.meta() });

const DAYS = 'The days are a whole number from 1 to 366.';
export const days = z
  .union([z.number(), z.string().regex(/^\d{1,3}$/)], { error: DAYS })
  .transform(Number)
  .refine((value) => Number.isInteger(value) && value >= 1 && value <= 366, { error: DAYS })
  .default(90)
  .meta({ title: 'days', asks: 'number', type: 'integer', minimum: 1, maximum: 366, default: 90 });
