import * as z from 'zod';
import { type Fen, parseYuan } from './fen.ts';

/** The values of a fragment of settings. */
export type SettingsOf<Fragment extends Readonly<Record<string, z.ZodType>>> = {
  readonly [Name in keyof Fragment]: z.output<Fragment[Name]>;
};

/**
 * The values of all settings. Each room adds its own fragment, which stands in its `settings.ts` (`declare module`);
 * `src/config.ts` puts them together and reads them. A setting is read on its own floor or above it.
 */
// biome-ignore lint/suspicious/noEmptyInterface: every fragment adds its settings to it
export interface Settings {}

/** @returns a whole number's schema, which also says in words what the value must be */
export const whole = (fallback: number, min = 0, max = Number.MAX_SAFE_INTEGER) =>
  z.coerce
    .number()
    .int()
    .min(min)
    .max(max)
    .default(fallback)
    .meta({ expects: `a whole number from ${min} ${max === Number.MAX_SAFE_INTEGER ? 'on' : `to ${max}`}` });
export const text = (fallback = '') => z.string().trim().default(fallback);
export const flag = z
  .enum(['0', '1', 'false', 'true'])
  .default('0')
  .transform((value) => value === '1' || value === 'true');
/** An amount in yuan, as `500.00`; the setting's value is in fen. */
export const amount = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .transform((value, context): Fen => {
      const parsed = parseYuan(value);
      if (parsed !== undefined) return parsed;
      context.addIssue({ code: 'custom', message: 'an amount in yuan, as 500.00' });
      return z.NEVER;
    })
    .meta({ shown: fallback });
/** An amount whose default depends on other settings. */
export const amountIfAny = z
  .string()
  .optional()
  .transform((value, context): Fen | undefined => {
    const parsed = value === undefined ? undefined : parseYuan(value);
    if (parsed !== undefined || value === undefined) return parsed;
    context.addIssue({ code: 'custom', message: 'an amount in yuan, as 500.00' });
    return z.NEVER;
  });
export const list = z
  .string()
  .default('')
  .transform((value) =>
    value
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  );
export const origin = z
  .union([z.literal(''), z.url({ protocol: /^https?$/ })])
  .default('')
  .transform((value) => value.replace(/\/+$/, ''))
  .meta({ expects: 'a URL that begins with https:// or http://' });
