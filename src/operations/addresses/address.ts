import { isIP } from 'node:net';
import * as z from 'zod';
import { plainAddress } from '../../http/address.ts';

const error = 'Give a client’s address, as 203.0.113.7 or 2001:db8::1.';

/** The address of a client, in whichever way it is written. */
export const clientAddressParam = z
  .string({ error })
  .trim()
  .refine((text) => isIP(text) > 0, { error })
  .transform(plainAddress)
  .meta({ title: 'address', asks: 'text', type: 'string', maxLength: 45, examples: ['203.0.113.7'] });
