import * as fc from 'fast-check';
import type { Schema } from './document.ts';

/** Numbers of people, groups and the like that are there, which are given where an id is asked for. */
export type Known = readonly string[];

const number = (value: unknown, otherwise: number) => (typeof value === 'number' ? value : otherwise);

const textOf = ({ minLength, maxLength }: Schema) => {
  const least = number(minLength, 0);
  return fc.string({
    unit: 'grapheme',
    minLength: least,
    maxLength: Math.max(least, Math.min(number(maxLength, 40), 40)),
  });
};

/** A value that a parameter takes, as its schema says. */
export function valid(name: string, schema: Schema, known: Known): fc.Arbitrary<unknown> {
  const { enum: words, type, pattern, format, examples } = schema;
  // A call that waits for news would keep the run waiting, too.
  if (name === 'wait') return fc.constant(0);
  if (Array.isArray(words)) return fc.constantFrom<unknown>(...words);
  if (type === 'integer') {
    const [min, max] = [number(schema['minimum'], 1), number(schema['maximum'], 1000)];
    return fc.oneof(fc.integer({ min, max: Math.min(max, min + 3) }), fc.integer({ min, max }));
  }
  if (type === 'number')
    return fc.double({
      min: number(schema['minimum'], -90),
      max: number(schema['maximum'], 90),
      noNaN: true,
    });
  if (format === 'password') return fc.constantFrom('secret1', '428517');
  const sample = Array.isArray(examples) ? [fc.constantFrom<unknown>(...examples)] : [];
  if (typeof pattern === 'string') {
    const fitting = fc.stringMatching(new RegExp(pattern));
    return fc.oneof(/Id|Ids|^id$/.test(name) ? fc.constantFrom(...known) : fitting, fitting, ...sample);
  }
  return fc.oneof(textOf(schema), ...sample);
}

/** A value just outside of what a parameter takes, or of another kind. */
export const nearlyValid = (name: string, schema: Schema, known: Known): fc.Arbitrary<unknown> =>
  fc.oneof(
    fc.constantFrom<unknown>(
      number(schema['minimum'], 0) - 1,
      number(schema['maximum'], 1000) + 1,
      '茶'.repeat(Math.min(number(schema['maxLength'], 50) + 1, 20_000)),
    ),
    fc.constantFrom<unknown>(
      '',
      '0',
      '01',
      '1.5',
      '-1',
      '１',
      '1e3',
      ' 1 ',
      '2147483648',
      '9007199254740993',
    ),
    valid(name, schema, known).map((value) => [value]),
    valid(name, schema, known).map((value) => ({ value })),
    valid(name, schema, known).map((value) => ` ${String(value)}\t`),
    fc.constantFrom<unknown>(true, false, null),
  );

/** A value that fits nowhere, or fits and must do no harm. */
export const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom<unknown>(
    '\u0000',
    '\ud800',
    '\uFFFD',
    '\u202e\u200b',
    "' OR 1=1 --",
    '%00%ff',
    '{{7*7}}',
    '<script>alert(1)</script>',
    '../../../etc/passwd',
    'http://127.0.0.1:1/x.png',
    'javascript:alert(1)',
    '__proto__',
    '[[[[',
    '{"a":',
    '9'.repeat(400),
    '🍵'.repeat(3000),
    1e308,
    -0,
    5e-324,
  ),
  fc.jsonValue({ maxDepth: 3 }),
);
