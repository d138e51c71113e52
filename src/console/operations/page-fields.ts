import { described } from '../../operations/describe.ts';
import { isDangerous, needsReason, type Operation } from '../../operations/operation.ts';
import { REASON_LENGTH } from '../../operations/params.ts';
import type { Field } from '../parts/field.tsx';
import type { Speech } from '../words/speak.ts';

/** A text that is longer than this gets a field of several lines. */
const LONG = 150;

const KINDS = { number: 'number', flag: 'flag', file: 'file', text: 'text' } as const;
const kindOf = (asks: string): 'number' | 'flag' | 'file' | 'text' =>
  Object.hasOwn(KINDS, asks) ? KINDS[asks as keyof typeof KINDS] : 'text'; // what a later declaration asks for is typed as text

const textOf = (value: unknown) =>
  Array.isArray(value) ? value.join(',') : value === undefined || value === null ? undefined : String(value);

/**
 * The fields of an operation's parameters, as its declaration has them.
 * @param given what they are filled with
 */
export function fieldsOf(
  operation: Operation,
  { member, value, language }: Speech,
  given: (name: string) => string | undefined,
): readonly Field[] {
  return described(operation).params.map(({ name, title, asks, isOptional, words }): Field => {
    const facts = operation.params[name]?.meta() ?? {};
    const { maxLength, examples, default: standard } = facts as Readonly<Record<string, unknown>>;
    const most = typeof maxLength === 'number' && asks === 'text' ? maxLength : undefined;
    const [example] = Array.isArray(examples) ? examples : [];
    const label = member(name, operation.name.split('.')[0]);
    // A title is in English, and often says no more than the name.
    const titled = language !== 'en' || title.toLowerCase() === label.toLowerCase() ? undefined : title;
    return {
      name,
      label,
      isOptional,
      most,
      value: given(name) ?? textOf(standard),
      hint: [titled, textOf(example)].filter(Boolean).join(': ') || undefined,
      ...(words
        ? { kind: 'choice', choices: words.map((word) => [word, value(word)] as const) }
        : { kind: most && most > LONG ? 'long' : kindOf(asks) }),
    };
  });
}

/** Why it is done: every act and every opening of a seal takes a reason. */
export function reasonField(
  operation: Operation,
  { words }: Speech,
  given: (name: string) => string | undefined,
): readonly Field[] {
  const takesOne = operation.kind === 'act' || operation.kind === 'many' || needsReason(operation);
  if (!takesOne) return [];
  return [
    {
      name: 'reason',
      label: words.reason,
      kind: 'long',
      hint: words.reasonHint,
      isOptional: !needsReason(operation),
      most: REASON_LENGTH,
      value: given('reason'),
    },
  ];
}

/** Whether a form of it takes a file, which cannot be carried to a second page. */
export const takesFile = (operation: Operation): boolean =>
  described(operation).params.some(({ asks }) => asks === 'file');

/** How a form asks whether its sender is sure: on a page of its own, or by a tick where it has a file. */
export const asksTwice = (operation: Operation): 'page' | 'tick' | undefined => {
  if (!isDangerous(operation)) return undefined;
  return takesFile(operation) ? 'tick' : 'page';
};

/**
 * What an operation is given, of what a form or an address holds. Empty fields are none.
 * @param valueIn what stands in a field
 */
export function givenOf(
  operation: Operation,
  valueIn: (name: string) => string | undefined | null,
): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  for (const { name, asks } of described(operation).params) {
    const value = valueIn(name) ?? '';
    if (value === '') continue;
    given[name] = asks === 'flag' ? value === 'true' : value;
  }
  return given;
}
