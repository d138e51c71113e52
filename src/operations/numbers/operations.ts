import * as z from 'zod';
import type { Platform } from '../../realtime/context.ts';
import type { Actor } from '../actor.ts';
import { changeItem } from '../catalogue/change.ts';
import { keyOf, pageOf } from '../keys.ts';
import { numberType } from '../number-types/number.ts';
import { listing, operation } from '../operation.ts';
import { file, formed, optional } from '../params.ts';
import { nothingDone, Refused } from '../refused.ts';
import { addingNumbers, NUMBER, NUMBER_HINT, numbersIn } from './add.ts';
import { numberItem, type VipNumber, whyNotFree } from './item.ts';
import { listNumbers } from './list.ts';

const number = formed('number', NUMBER, NUMBER_HINT, '88866688');
/** Those that there are may be of any length. */
const anyNumber = formed('number', /^\d{1,16}$/, 'a vip number', '88866688');

export const list = listing({
  name: 'numbers.list',
  roles: ['viewer', 'support', 'moderator', 'finance'],
  about:
    'vip numbers: number, type, its name, yuan, and how it stands: for sale, withheld, reserved, or whose',
  params: { number: optional(anyNumber), type: optional(numberType) },
  counted: 'numbers',
  row: z.object({
    number: z.string(),
    type: z.number(),
    name: z.string(),
    yuan: z.string(),
    state: z.string(),
  }),
  async read(home, which, after) {
    const [behind = 0] = keyOf(after, ['number']) ?? [];
    const { rows, total } = await listNumbers(home, which, Number(behind));
    return pageOf(
      rows,
      total,
      ({ id: _, ...row }) => row,
      ({ id }) => [id],
    );
  },
});

const shared = { roles: ['finance'], subject: 'number', danger: true } as const;

export const add = operation({
  ...shared,
  name: 'numbers.add',
  about:
    'sells more numbers of a type: one, or a list of up to 2,000 with blanks, commas or line ends between',
  operands: ['type'],
  params: { type: numberType, number: optional(number), file: optional(file('list of numbers', 100_000)) },
  async run(home, { type, number, file }, _, actor) {
    if (number !== undefined && file !== undefined)
      throw new Refused('INVALID_PARAMETER', 'Give a number or a file, not both.', 'file');
    const numbers = number ?? file ?? nothingDone('Nothing to add: give a number, or a file with many.');
    return addingNumbers(home, type, numbersIn(numbers), actor);
  },
});

const change = (
  home: Platform,
  actor: Actor,
  number: string,
  edit: (before: VipNumber) => VipNumber,
  whyNotElse?: string,
) =>
  changeItem(home, numberItem, {
    on: number,
    actor,
    edit: (before) => edit(before ?? nothingDone(`There is no number ${number}.`)),
    whyNot: async () => (await whyNotFree(home, number)) ?? whyNotElse,
  });

export const withhold = operation({
  ...shared,
  name: 'numbers.withhold',
  about: 'takes a number that nobody has off the market',
  operands: ['number'],
  params: { number: anyNumber },
  run: (home, { number }, _, actor) => change(home, actor, number, (before) => ({ ...before, withheld: 1 })),
});

export const release = operation({
  ...shared,
  name: 'numbers.release',
  about: 'sells a withheld number again',
  operands: ['number'],
  params: { number: anyNumber },
  run: (home, { number }, _, actor) => change(home, actor, number, (before) => ({ ...before, withheld: 0 })),
});

export const move = operation({
  ...shared,
  name: 'numbers.move',
  about: 'gives a number that nobody has another type, and so another price',
  operands: ['number', 'type'],
  params: { number: anyNumber, type: numberType },
  run: (home, { number, type }, _, actor) =>
    change(home, actor, number, (before) => ({ ...before, type }), `There may be no type ${type}.`),
});
