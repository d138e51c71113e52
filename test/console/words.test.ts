import { expect, test } from 'vitest';
import * as z from 'zod';
import chinese from '../../src/console/words/declared.zh.json';
import { en } from '../../src/console/words/en.ts';
import { speechOf } from '../../src/console/words/speak.ts';
import { described } from '../../src/operations/describe.ts';
import { type Operation, SUBJECTS } from '../../src/operations/operation.ts';
import { operations } from '../../src/operations.ts';

/** What a codec names: members of rows and answers, and the words that a member may be. */
interface Named {
  readonly members: Set<string>;
  readonly values: Set<string>;
}

function note(codec: z.core.$ZodType, named: Named): void {
  if (codec instanceof z.ZodObject)
    for (const [name, member] of Object.entries(codec.shape)) {
      named.members.add(name);
      note(member, named);
    }
  else if (codec instanceof z.ZodArray) note(codec.element, named);
  else if (codec instanceof z.ZodEnum) for (const word of codec.options) named.values.add(String(word));
  else if (codec instanceof z.ZodUnion) for (const option of codec.options) note(option, named);
  else if (codec instanceof z.ZodOptional || codec instanceof z.ZodNullable) note(codec.unwrap(), named);
}

function namedBy(operation: Operation): Named {
  const named: Named = { members: new Set(), values: new Set() };
  for (const { name, words = [] } of described(operation).params) {
    named.members.add(name);
    for (const word of words) named.values.add(word);
  }
  if (operation.kind === 'list') note(operation.row, named);
  if (operation.kind === 'view') note(operation.answer, named);
  return named;
}

const missing = (table: object, names: Iterable<string>) =>
  [...names].filter((name) => !Object.hasOwn(table, name));
/** Names of codes, versions and platforms are the same in every language. */
const CHINESE = /\p{Script=Han}/u;

test.each(operations.map((operation) => [operation.name, operation] as const))(
  '%s, its parameters, members and states have a label in both languages',
  async (name, operation) => {
    const [subject = ''] = name.split('.');
    expect(missing(chinese.subjects, [subject])).toEqual([]);
    expect(missing(chinese.operations, [name])).toEqual([]);
    const { members, values } = namedBy(operation);
    expect(missing(chinese.members, members)).toEqual([]);
    expect(missing(chinese.values, values)).toEqual([]);
    const english = await speechOf({ asset: async () => undefined }, 'en');
    const shown = [english.subject(subject), english.label(operation), english.about(operation)];
    for (const text of [...shown, ...[...members].map((member) => english.member(member))])
      expect(text).toMatch(/^[A-Z0-9]/);
  },
);

test('subjects of the audit have a label in both languages', () => {
  expect(missing(chinese.values, SUBJECTS)).toEqual([]);
});

test('no Chinese word is of an operation that is not there, and each is Chinese', () => {
  const names = operations.map(({ name }) => name);
  expect(Object.keys(chinese.operations).filter((name) => !names.some((one) => one === name))).toEqual([]);
  for (const { label, about } of Object.values(chinese.operations))
    expect([label, about].filter((text) => !CHINESE.test(text))).toEqual([]);
  for (const table of [chinese.subjects, chinese.members])
    for (const [name, text] of Object.entries(table))
      if (!['p95Ms', 'id'].includes(name)) expect(text).toMatch(CHINESE);
});

test('patterns of sentences say the same of what they were made for', async () => {
  const words = new TextEncoder().encode(JSON.stringify(chinese));
  const { value, refusal } = await speechOf({ asset: async () => words }, 'zh');
  expect(value('alipay: held (NOT_ENOUGH)')).toBe('alipay：由你处理 (NOT_ENOUGH)');
  expect(value('66.00 in escrow, until it is opened or goes back at 2026-11-23 10:00:00')).toContain('托管');
  expect(value('2 h 5 min')).toBe('2 小时 5 分');
  expect(refusal('There is no user 7.')).toBe('没有用户 7。');
  for (const [pattern, text] of [...chinese.texts, ...chinese.refusals]) {
    const groups = new RegExp(`${pattern}|`).exec('')?.length ?? 0;
    for (const [, number] of String(text).matchAll(/\$(\d)/g)) expect(Number(number)).toBeLessThan(groups);
  }
});

test('both dictionaries of the console say the same things, of the same values', () => {
  const namesIn = (words: object): string[] =>
    Object.entries(words).flatMap(([name, word]) =>
      typeof word === 'object' ? namesIn(word).map((inner) => `${name}.${inner}`) : [name],
    );
  expect(namesIn(chinese.words).sort()).toEqual(namesIn(en).sort());
  for (const [name, word] of Object.entries(en)) {
    const text: unknown = Object.entries(chinese.words).find(([one]) => one === name)?.[1];
    const places = typeof text === 'string' ? new Set(text.match(/\{\d\}/g)).size : 0;
    expect([name, places]).toEqual([name, typeof word === 'function' ? word.length : 0]);
  }
  const emptyIn = (words: object): string[] =>
    Object.entries(words).flatMap(([name, word]) => {
      if (typeof word === 'object' && word !== null) return emptyIn(word);
      return word === '' ? [name] : [];
    });
  expect([...emptyIn(en), ...emptyIn(chinese.words)]).toEqual([]);
});
