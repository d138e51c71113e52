import * as z from 'zod';
import { ROLES } from '../actor.ts';
import { oneOf } from '../params.ts';
import { NAME_RULE, parseOperatorName } from './name.ts';

/** The name of an operator or a token. @param title whose */
export const nameOf = (title: string) => {
  const error = `That is no ${title}’s name: ${NAME_RULE}.`;
  return z
    .string({ error: `Give the ${title}’s name.` })
    .transform((value, context) => {
      const name = parseOperatorName(value);
      if (name) return name;
      context.addIssue({ code: 'custom', message: error });
      return z.NEVER;
    })
    .meta({ title, asks: 'text', type: 'string', maxLength: 32 });
};

export const role = oneOf('role', ROLES);
