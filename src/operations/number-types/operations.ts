import { asc, count as countRows, getTableColumns, gt, sql } from 'drizzle-orm';
import * as z from 'zod';
import { numberTypes } from '../../../db/schema/vip-numbers.ts';
import { yuan } from '../../core/fen.ts';
import { LIST_SIZE } from '../../core/operator-page.ts';
import { p, prepareRead, prepareSelect } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import type { Actor } from '../actor.ts';
import { CHANGED_MEANWHILE, changeItem } from '../catalogue/change.ts';
import { offeredText } from '../catalogue/facts.ts';
import { keyOf, pageOf } from '../keys.ts';
import { listing, operation } from '../operation.ts';
import { amount, formed, optional } from '../params.ts';
import { nothingDone } from '../refused.ts';
import { type NumberType, numberTypeItem } from './item.ts';
import { numberType } from './number.ts';

/** Apps name a type or give its number in one parameter: so no name is a number. */
const name = formed(
  'name',
  /^(?!\d+$)[\p{L}\p{N}]{1,16}$/u,
  'up to 16 letters and digits, and no number, as AABB or 5A',
  '5A',
);
const price = amount('price of its numbers');

const page = prepareSelect<{ readonly behind: number }>()(getTableColumns(numberTypes), (select) =>
  select
    .from(numberTypes)
    .where(gt(numberTypes.id, p('behind')))
    .orderBy(asc(numberTypes.id))
    .limit(LIST_SIZE),
);
const count = prepareSelect<void>()({ total: countRows() }, (select) => select.from(numberTypes));
const look = prepareRead<{ readonly name: string }, { highest: number; named: number }>(
  sql`SELECT COALESCE(max(id), 0), EXISTS (SELECT 1 FROM ${numberTypes} WHERE name = ${p('name')}) FROM ${numberTypes}`,
  ['highest', 'named'],
);

export const list = listing({
  name: 'number-types.list',
  roles: ['viewer', 'support', 'moderator', 'finance'],
  about: 'the types of vip numbers: type, name, yuan of a number, whether they are sold',
  params: {},
  counted: 'types',
  row: z.object({ type: z.number(), name: z.string(), yuan: z.string(), state: z.string() }),
  async read({ db }, _, after) {
    const [behind = 0] = keyOf(after, ['number']) ?? [];
    const { rows, total } = await db.read({ rows: page({ behind: Number(behind) }), total: count() });
    return pageOf(
      rows,
      total[0]?.total,
      ({ id, name, price, withdrawnAt }) => ({
        type: id,
        name,
        yuan: yuan(price),
        state: offeredText(withdrawnAt),
      }),
      (row) => [row.id],
    );
  },
});

const shared = { roles: ['finance'], subject: 'number-type', danger: true } as const;

const change = (
  home: Platform,
  actor: Actor,
  type: number,
  edit: (before: NumberType | undefined) => NumberType,
) =>
  changeItem(home, numberTypeItem, {
    on: String(type),
    actor,
    edit,
    whyNot: async () => `Another type may have that name. ${CHANGED_MEANWHILE}`,
  });
const known = (before: NumberType | undefined, type: number): NumberType =>
  before ?? nothingDone(`There is no type ${type}.`);

export const add = operation({
  ...shared,
  name: 'number-types.add',
  about: 'a type that there was not, and what each of its numbers costs',
  operands: ['name'],
  params: { name, price },
  async run(home, { name, price }, _, actor) {
    const [found] = await home.db.read(look({ name }));
    if (found?.named) nothingDone(`There is a type ${name} already.`);
    return change(home, actor, (found?.highest ?? 0) + 1, () => ({ name, price, withdrawn: 0 }));
  },
});

export const set = operation({
  ...shared,
  name: 'number-types.set',
  about: 'another name or price; what was ordered keeps its price',
  operands: ['type'],
  params: { type: numberType, name: optional(name), price: optional(price) },
  async run(home, { type, name, price }, _, actor) {
    if (name === undefined && price === undefined)
      return nothingDone('Nothing to change: say the name or the price.');
    return change(home, actor, type, (before) => {
      const now = known(before, type);
      return { name: name ?? now.name, price: price ?? now.price, withdrawn: now.withdrawn };
    });
  },
});

export const withdraw = operation({
  ...shared,
  name: 'number-types.withdraw',
  about: 'none of its numbers is shown or sold any more; what was ordered is',
  operands: ['type'],
  params: { type: numberType },
  run: (home, { type }, _, actor) =>
    change(home, actor, type, (before) => ({ ...known(before, type), withdrawn: 1 })),
});

export const offer = operation({
  ...shared,
  name: 'number-types.offer',
  about: 'sells the numbers of a withdrawn type again',
  operands: ['type'],
  params: { type: numberType },
  run: (home, { type }, _, actor) =>
    change(home, actor, type, (before) => ({ ...known(before, type), withdrawn: 0 })),
});
