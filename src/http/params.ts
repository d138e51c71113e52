import { createHash } from 'node:crypto';
import * as z from 'zod';
import { type Fen, fen, parseYuan } from '../core/fen.ts';
import type { GroupId, Id, UserId } from '../core/ids.ts';
import { cleanName, cleanText } from '../core/text/clean.ts';
import { plainCode } from '../core/text/code.ts';
import { readJson } from '../core/text/json.ts';

/**
 * Codecs of parameters. Whatever the encoding (query, form, multipart, JSON), a value arrives as text;
 * a codec turns it into what handlers use, or refuses it. An empty optional value counts as absent.
 */

const MAX_ID = Number.MAX_SAFE_INTEGER;
const wholeNumber = /^-?\d{1,16}$/;

/** Marks a codec as optional: absent and empty are `undefined`. */
export const optional = <Codec extends z.ZodType>(codec: Codec) =>
  z.preprocess((value) => (value === '' ? undefined : value), codec.optional()).meta(codec.meta() ?? {});

/** Marks a codec as optional with a value that stands in. */
export const orElse = <Codec extends z.ZodType>(codec: Codec, fallback: z.output<Codec>) =>
  optional(codec)
    .transform((value) => value ?? fallback)
    .meta(codec.meta() ?? {});

/** An id as clients hold it: text, as in replies. A number in JSON is taken as well. */
const ID_TEXT = { type: 'string', pattern: '^[1-9]\\d{0,15}$', examples: ['100001'] };

const positive = (description: string) =>
  z
    .string()
    .regex(/^[1-9]\d{0,15}$/)
    .transform(Number)
    .refine((value) => value <= MAX_ID)
    .meta({ description, ...ID_TEXT });

/** The number of something that the context named, as `id<ReportId>('…')`. */
export const id = <Kind extends Id<string>>(description: string) =>
  positive(description)
    .transform((value) => value as Kind) // the caller's word for what the number names; looked up in SQL
    .meta({ description, ...ID_TEXT });

/** The same where it may be absent; 0 counts as absent, which real clients send for it. */
export const idOrNone = <Kind extends Id<string>>(description: string) =>
  z
    .preprocess(
      (value) => (value === '' || value === '0' ? undefined : value),
      id<Kind>(description).optional(),
    )
    .meta({ description, ...ID_TEXT, pattern: '^\\d{0,16}$' });

export const userId = (description: string) => id<UserId>(description);
export const groupId = (description: string) => id<GroupId>(description);

/** A whole number between two bounds, both included. */
export const integer = (description: string, minimum: number, maximum: number) =>
  z
    .string()
    .regex(wholeNumber)
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum)
    .meta({ description, type: 'integer', minimum, maximum });

/** 0 or 1. */
export const flag = (description: string) =>
  z
    .enum(['0', '1'])
    .transform((value): 0 | 1 => (value === '1' ? 1 : 0))
    .meta({ description, enum: ['0', '1'] });

/** One of the numbers that the words of a column stand for. They follow each other. */
export const word = <const Value extends number>(
  description: string,
  words: Readonly<Record<string, Value>>,
) => {
  const values = Object.values(words);
  const [minimum, maximum] = [Math.min(...values), Math.max(...values)];
  return integer(description, minimum, maximum)
    .pipe(z.literal(values))
    .meta({ description, type: 'integer', minimum, maximum });
};

/** One of a few words. */
export const oneOf = <const Word extends string>(description: string, words: readonly [Word, ...Word[]]) =>
  z.enum(words).meta({ description, enum: [...words] });

/** Text that SQLite and JSON can hold: well-formed, without NUL, and not what a wrong charset leaves behind. */
const isClean = (value: string) => value.isWellFormed() && !value.includes('\0') && !value.includes('\uFFFD');

const atMost = (maximum: number) => (value: string) => value.length <= maximum && isClean(value);

/** Text of at most `maximum` UTF-16 units; may be empty, as it is where nobody would see any of it. */
export const text = (description: string, maximum: number) =>
  z
    .string()
    .overwrite(cleanText)
    .refine(atMost(maximum))
    .meta({ description, type: 'string', maxLength: maximum });

/** Text of which something must be seen. */
export const filled = (description: string, maximum: number) =>
  z
    .string()
    .overwrite(cleanText)
    .min(1)
    .refine(atMost(maximum))
    .meta({ description, type: 'string', minLength: 1, maxLength: maximum });

/**
 * The name of a person, a group or a label: one line, as `cleanName` leaves it. May be empty, but what is sent
 * must show something.
 */
export const displayName = (description: string, maximum: number) =>
  z
    .string()
    .transform((value, context) => {
      const cleaned = cleanName(value);
      if (atMost(maximum)(cleaned) && (cleaned !== '' || value.trim() === '')) return cleaned;
      context.addIssue({ code: 'custom' });
      return z.NEVER;
    })
    .meta({ description, type: 'string', maxLength: maximum });

/** The same where it must not be empty. */
export const filledName = (description: string, maximum: number) =>
  displayName(description, maximum)
    .refine((value) => value !== '')
    .meta({ description, type: 'string', minLength: 1, maxLength: maximum });

/** An http(s) URL or an upload's path; `''` clears. */
export const url = (description: string, maximum = 1000) =>
  text(description, maximum)
    .refine((value) => value === '' || /^(https?:\/\/|\/(?!\/))[^\s<>"'\\]*$/i.test(value))
    .meta({ description, type: 'string', maxLength: maximum, examples: ['/upload/1543000000000_k6aB3.jpg'] });

/** The format by which `serve.ts` knows a parameter whose addresses must not be foreign (`pictures.ts`). */
export const PICTURES = 'own-pictures';

/** The address of a picture that others are shown. */
export const picture = (description: string) =>
  url(description).meta({ ...url(description).meta(), format: PICTURES });

function listOfIds(value: string): number[] | undefined {
  let items: unknown = value.split(',').map((item) => item.trim());
  if (value.startsWith('[')) items = readJson(value);
  // A list in a list would be flattened into ids.
  if (!Array.isArray(items) || items.some((item) => typeof item === 'object')) return undefined;
  const wanted = items.map(String).filter((item) => item !== '');
  const ids = wanted.filter((item) => /^[1-9]\d{0,15}$/.test(item)).map(Number);
  return ids.length === wanted.length && ids.every((item) => item <= MAX_ID) ? [...new Set(ids)] : undefined;
}

/** Ids of one kind, comma-separated or as JSON array text; blanks are skipped, repeats count once. */
export const ids = <Kind extends Id<string>>(description: string, maximum = 2000) =>
  z
    .string()
    .max(maximum * 18)
    .transform((value, context) => {
      const found = listOfIds(value);
      if (found && found.length <= maximum) return found as Kind[]; // looked up in SQL before they are used
      context.addIssue({ code: 'custom' });
      return z.NEVER;
    })
    .meta({ description, type: 'string', examples: ['17228,17229'] });

export const userIds = (description: string, maximum = 2000) => ids<UserId>(description, maximum);

/** `pageNo`: 1 and up; smaller counts as 1 (docs/original.md#pages). */
export const page = (description = '页码') =>
  z
    .preprocess(
      (value) => (value === undefined || value === '' ? '1' : value),
      z
        .string()
        .regex(/^-?\d{1,9}$/)
        .transform((value) => Math.max(1, Number(value))),
    )
    .meta({ description, type: 'integer', minimum: 1 });

/** A password as the md5 that every client and call can agree on (docs/decisions.md#passwords). */
export type PasswordMd5 = string & { readonly __kind: 'password-md5' };

/** Lower-case md5 of the text, or the text itself where it is an md5 already. */
export const md5Of = (plain: string): PasswordMd5 =>
  (/^[0-9a-f]{32}$/i.test(plain)
    ? plain.toLowerCase()
    : createHash('md5').update(plain, 'utf8').digest('hex')) as PasswordMd5;

const passwordFrom = <Read>(description: string, read: (plain: string) => Read) =>
  z
    .string()
    .min(1)
    .max(128)
    .refine(isClean)
    .transform(read)
    .meta({ description, type: 'string', minLength: 1, maxLength: 128, format: 'password' });

/** A password, plain or as 32 hex digits of its md5. */
export const password = (description: string) => passwordFrom(description, md5Of);

/** The last six of an ID number, in capital form. */
export const idEnd = (description: string) =>
  z
    .string()
    .overwrite(plainCode)
    .regex(/^\d{5}[\dX]$/)
    .meta({ description, type: 'string', pattern: '^\\d{5}[\\dXx]$' });

/** The last four of an ID number, in capital form. */
export const idEndOfFour = (description: string) =>
  z
    .string()
    .overwrite(plainCode)
    .regex(/^\d{3}[\dX]$/)
    .meta({ description, type: 'string', pattern: '^\\d{3}[\\dXx]$' });

/** A password that somebody chooses now. */
export interface NewPassword {
  readonly md5: PasswordMd5;
  /** In characters; undefined where the client sent the md5. */
  readonly length: number | undefined;
}

/** The same for a new one, of which rules want to know more. */
export const newPassword = (description: string) =>
  passwordFrom(description, (plain): NewPassword => {
    const md5 = md5Of(plain);
    return { md5, length: md5 === plain.toLowerCase() ? undefined : [...plain].length };
  });

const yuanFrom = (minimum: 0 | 1) => (description: string) =>
  z
    .string()
    .trim()
    .transform((value, context): Fen => {
      const amount = parseYuan(value);
      if (amount !== undefined && amount >= minimum) return amount;
      context.addIssue({ code: 'custom' });
      return z.NEVER;
    })
    .meta({ description, type: 'string', pattern: '^(0|[1-9]\\d{0,9})(\\.\\d{1,2})?$', examples: ['10.00'] });

/** An amount of money in yuan (docs/decisions.md#amounts): above 0, at most two decimals. Handlers get fen. */
export const yuanAmount = yuanFrom(1);

/** The same where 0 has a refusal of its own. */
export const yuanOrZero = yuanFrom(0);

/** The same where none is named: absent, empty or 0, all of which handlers get as 0. */
export const yuanOrNothing = (description: string) => orElse(yuanOrZero(description), fen(0));

/** An SMS code, however its digits were typed or copied. */
export const smsCode = (description: string) =>
  z
    .string()
    .overwrite(plainCode)
    .regex(/^\d{4,8}$/)
    .meta({ description, type: 'string', pattern: '^\\d{4,8}$' });
