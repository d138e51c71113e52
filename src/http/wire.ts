import * as z from 'zod';

/**
 * Shapes of replies. On the wire every scalar is a string; these say what the string holds, for OpenAPI and
 * for the tests that compare each reply with its declaration.
 */

/** Any text, empty when there is none. */
export const text = (description: string) => z.string().describe(description);

/** The number of a user, group or record. */
export const id = (description: string) => z.string().regex(/^\d*$/).describe(description);

/** A whole number. */
export const count = (description: string) =>
  z
    .string()
    .regex(/^-?\d*$/)
    .describe(description);

/** `0` or `1`. */
export const flag = (description: string) => z.enum(['0', '1']).describe(description);

/** `0` or `1` to whom it is about; empty to others. */
export const ownFlag = (description: string) => z.enum(['', '0', '1']).describe(`${description}，仅本人可见`);

/** Yuan with two decimals. */
export const money = (description: string) =>
  z
    .string()
    .regex(/^-?\d+\.\d\d$/)
    .describe(description)
    .meta({ examples: ['10.00'] });

/** Epoch milliseconds, or empty. */
export const time = (description: string) =>
  z.string().regex(/^\d*$/).describe(`${description}（毫秒时间戳）`);

/** `2018-11-16 09:19:34`, Asia/Shanghai. */
export const dateText = (description: string) =>
  z
    .string()
    .regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d)?$/)
    .describe(description);

/** An object with exactly these keys. */
export const object = <Shape extends z.ZodRawShape>(shape: Shape) => z.strictObject(shape);

/** An object that the document names, so that clients have a type for it; a name is one shape's alone. */
export const named = <Shape extends z.ZodRawShape>(name: string, shape: Shape) =>
  object(shape).meta({ title: name });

/** A list, never null. */
export const list = <Item extends z.ZodType>(item: Item) => z.array(item);

/** `{"info": text}`, the usual answer of a change. */
export const info = (example: string) => object({ info: text('提示').meta({ examples: [example] }) });
