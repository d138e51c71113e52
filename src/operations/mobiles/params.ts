import * as z from 'zod';
import { type Mobile, parseMobile } from '../../core/text/mobile.ts';
import { formed } from '../params.ts';

const error = 'The mobile is a number as people write it, as 13900008801 or +85291234567.';
/** A mobile number as people write it. */
export const newMobile = z
  .string({ error })
  .max(40, { error })
  .refine((text) => parseMobile(text) !== undefined, { error })
  .transform((text) => parseMobile(text)?.mobile ?? ('' as Mobile)) // never empty: it was refined
  .meta({ title: 'new mobile', asks: 'text', type: 'string', examples: ['13900008801'] });

export const code = formed('code', /^\d{4,8}$/, 'what the new number was sent: 4 to 8 digits', '482913');
export const idEnd = formed(
  'end of the ID number',
  /^\d{5}[\dXx]$/,
  'the last six of the confirmed ID number, as 12002X',
  '12002X',
);

/** `+86138****0000`: enough for people who know the number, and for nobody else. */
export const maskedMobile = (mobile: string): string => `${mobile.slice(0, -8)}****${mobile.slice(-4)}`;
