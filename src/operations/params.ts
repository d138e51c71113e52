import * as z from 'zod';
import { chinaDay } from '../core/china-time.ts';
import { fen, parseYuan } from '../core/fen.ts';
import type { Id } from '../core/ids.ts';
import { withoutMisplaced } from '../core/text/hidden.ts';

/**
 * What operations take. Each reads what JSON holds, and the text that the shell has of it. `meta` says how the shell
 * and a form ask for it.
 */
export interface ParamMeta {
  readonly title: string;
  /** `flag` has no value on the shell; `file` is a path there, whose text is the value. */
  readonly asks: 'number' | 'text' | 'flag' | 'file';
}

const meta = (codec: z.ZodType): ParamMeta | undefined => codec.meta() as ParamMeta | undefined;

/** How a parameter is asked for; every codec here says it. */
export function metaOf(codec: z.ZodType): ParamMeta {
  const found = meta(codec);
  if (!found?.asks) throw new TypeError('A parameter of an operation comes from params.ts.');
  return found;
}

/** The number of something. Whether there is such a thing is for the statements to say. */
export function numberOf<Kind extends Id<string>>(what: string, hint = '') {
  const error = `Give the ${what}’s number.${hint}`;
  const isNumber = (value: number | string) =>
    /^[1-9]\d{0,15}$/.test(String(value)) && Number.isSafeInteger(Number(value));
  return z
    .union([z.number(), z.string()], { error })
    .refine(isNumber, { error })
    .transform((value) => Number(value) as Kind)
    .meta({ title: what, asks: 'number', type: 'integer' });
}

const TIME = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?))?$/;
const timeOf = (value: string): number => {
  const [, day = '', time = '00:00'] = TIME.exec(value.trim()) ?? [];
  return Date.parse(`${day}T${time}+08:00`);
};

/** A time of Asia/Shanghai, as `2026-11-22` or `2026-11-22 20:00`: its value is in epoch ms. */
export function time(title: string) {
  const error = `Give the ${title} as 2026-11-22 or "2026-11-22 20:00", Asia/Shanghai.`;
  return z
    .string({ error })
    .max(20, { error })
    .refine((value) => Number.isFinite(timeOf(value)), { error })
    .transform(timeOf)
    .meta({ title, asks: 'text', type: 'string', examples: ['2026-11-22'] });
}

/** A short text on one line. */
export const text = (title: string, most = 100) =>
  z
    .string({ error: `Say the ${title}.` })
    .trim()
    .min(1, { error: `Say the ${title}.` })
    .max(most, { error: `The ${title} has ${most} characters at most.` })
    .regex(/^\P{Cc}*$/u, { error: `The ${title} has one line.` })
    .meta({ title, asks: 'text', type: 'string', maxLength: most });

const cleanLines = (given: string): string =>
  given
    .split(/\r?\n/)
    .map((line) => withoutMisplaced(line))
    .join('\n')
    .trim();

/** A text of several lines. */
export const lines = (title: string, most: number) =>
  z
    .string({ error: `Say the ${title}.` })
    .regex(/^(?:\P{Cc}|[\r\n\t])*$/u, { error: `The ${title} has no control characters.` })
    .transform(cleanLines)
    .refine((given) => given !== '', { error: `Say the ${title}.` })
    .refine((given) => given.length <= most, { error: `The ${title} has ${most} characters at most.` })
    .meta({ title, asks: 'text', type: 'string', maxLength: most });
/** An amount in yuan, as fen: more than nothing. The shell and JSON write it as a text, `12.30`. */
export const amount = (title: string) =>
  z
    .string({ error: `Say the ${title} in yuan, as 12.30.` })
    .refine((yuan) => (parseYuan(yuan) ?? 0) > 0, { error: `Say the ${title} in yuan, as 12.30.` })
    .transform((yuan) => parseYuan(yuan) ?? fen(0))
    .meta({ title, asks: 'text', type: 'string', examples: ['12.30'] });

/** A whole number from one to another. @param example what shows how it is written: one that names nothing */
export function whole(title: string, least: number, most: number, example = least) {
  const error = `The ${title} is a whole number from ${least} to ${most}.`;
  return z
    .union([z.number(), z.string()], { error })
    .refine((value) => /^\d{1,15}$/.test(String(value)) && Number(value) >= least && Number(value) <= most, {
      error,
    })
    .transform(Number)
    .meta({ title, asks: 'number', type: 'integer', minimum: least, maximum: most, examples: [example] });
}

/** A text of a form of its own, which `hint` describes. */
export const formed = (title: string, form: RegExp, hint: string, example?: string) =>
  z
    .string({ error: `The ${title} is ${hint}.` })
    .regex(form, { error: `The ${title} is ${hint}.` })
    .meta({ title, asks: 'text', type: 'string', ...(example === undefined ? {} : { examples: [example] }) });

/** An amount of money, in yuan; what comes out is fen above 0. */
export const yuanOf = (title: string) => {
  const error = `Say the ${title} in yuan, as 12.34.`;
  return z
    .string({ error })
    .refine((text) => (parseYuan(text) ?? 0) > 0, { error })
    .transform((text) => parseYuan(text) ?? fen(0))
    .meta({ title, asks: 'text', type: 'string', examples: ['12.34'] });
};

/** One of these words. */
export const oneOf = <const Words extends readonly [string, ...string[]]>(title: string, words: Words) =>
  z
    .enum(words, { error: `The ${title} is one of: ${words.join(', ')}.` })
    .meta({ title, asks: 'text', type: 'string', enum: [...words] });

/** A day, as `2026-11-30`. @returns its number, as `chinaDay` counts */
export const day = (title: string) => {
  const error = `Give the ${title} as 2026-11-30.`;
  return z.iso
    .date({ error })
    .transform((text) => chinaDay(Date.parse(`${text}T00:00:00+08:00`)))
    .meta({ title, asks: 'text', type: 'string', format: 'date' });
};

/** Yes, or (left out) no. */
export const flag = (title: string) =>
  z
    .boolean({ error: 'Say true or false.' })
    .default(false)
    .meta({ title, asks: 'flag', type: 'boolean', default: false });

/** The text of a file. */
export const file = (title: string, mostBytes: number) =>
  z
    .string({ error: `Give the ${title}.` })
    .min(1, { error: `The ${title} is empty.` })
    .max(mostBytes, { error: `The ${title} has ${mostBytes} characters at most.` })
    .meta({ title, asks: 'file', type: 'string', maxLength: mostBytes });

/** The same, and it may be left out. */
export const optional = <Codec extends z.ZodType>(codec: Codec) => codec.optional().meta({ ...codec.meta() });

/** Whether it may be left out. */
export const isOptional = (codec: z.ZodType): boolean => codec.safeParse(undefined).success;

/** Why something is done: one line of up to 500 characters, for those who look at the audit later. */
export const REASON_LENGTH = 500;
export const reasonText = (given: string): string => withoutMisplaced(given.replace(/\p{Cc}+/gu, ' ')).trim();
