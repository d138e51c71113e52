import { asc, count as countRows, getTableColumns, gt } from 'drizzle-orm';
import * as z from 'zod';
import { groupLevels } from '../../../db/schema/groups.ts';
import { yuan } from '../../core/fen.ts';
import { LIST_SIZE } from '../../core/operator-page.ts';
import { p, prepareSelect } from '../../platform/database/query.ts';
import { changeItem } from '../catalogue/change.ts';
import { daysOf, offeredText, secondsOf } from '../catalogue/facts.ts';
import { keyOf, pageOf } from '../keys.ts';
import { listing, operation } from '../operation.ts';
import { amount, optional, whole } from '../params.ts';
import { nothingDone, Refused } from '../refused.ts';
import { type Level, levelItem } from './item.ts';

/** A group without a level is of level 0: it costs nothing and has no end. */
const HIGHEST = 9;
const level = whole('level', 1, HIGHEST, HIGHEST);
const anyLevel = whole('level', 0, HIGHEST, HIGHEST);
const newLevel = whole('level', 1, HIGHEST, HIGHEST - 1);
const price = amount('price');
const days = whole('days that it lasts', 1, 3660);
const capacity = whole('capacity', 2, 10_000);

const page = prepareSelect<{ readonly behind: number }>()(getTableColumns(groupLevels), (select) =>
  select
    .from(groupLevels)
    .where(gt(groupLevels.level, p('behind')))
    .orderBy(asc(groupLevels.level))
    .limit(LIST_SIZE),
);
const count = prepareSelect<void>()({ total: countRows() }, (select) => select.from(groupLevels));

export const list = listing({
  name: 'levels.list',
  roles: ['viewer', 'support', 'moderator', 'finance'],
  about: 'the levels of groups: level, yuan, days, most members, and whether it is sold',
  params: {},
  counted: 'levels',
  row: z.object({
    level: z.number(),
    yuan: z.string(),
    days: z.number(),
    capacity: z.number(),
    state: z.string(),
  }),
  async read({ db }, _, after) {
    const [behind = -1] = keyOf(after, ['number']) ?? [];
    const { rows, total } = await db.read({ rows: page({ behind: Number(behind) }), total: count() });
    return pageOf(
      rows,
      total[0]?.total,
      ({ level, fee, seconds, capacity, withdrawnAt }) => ({
        level,
        yuan: yuan(fee),
        days: daysOf(seconds),
        capacity,
        state: offeredText(withdrawnAt),
      }),
      (row) => [row.level],
    );
  },
});

const shared = { roles: ['finance'], subject: 'level', operands: ['level'], danger: true } as const;

const known = (before: Level | undefined, level: number): Level =>
  before ?? nothingDone(`There is no level ${level}.`);

export const set = operation({
  ...shared,
  name: 'levels.set',
  about: 'another price, duration or capacity; who has the level keeps it until it ends',
  params: { level: anyLevel, price: optional(price), days: optional(days), capacity: optional(capacity) },
  async run(home, { level, price, days, capacity }, _, actor) {
    if (price === undefined && days === undefined && capacity === undefined)
      return nothingDone('Nothing to change: say the price, the days or the capacity.');
    if (level === 0 && (price !== undefined || days !== undefined))
      throw new Refused(
        'INVALID_PARAMETER',
        'Level 0 is free and has no end: it has a capacity alone.',
        'level',
      );
    return changeItem(home, levelItem, {
      on: String(level),
      actor,
      edit(before) {
        const now = known(before, level);
        return {
          price: price ?? now.price,
          seconds: days === undefined ? now.seconds : secondsOf(days),
          capacity: capacity ?? now.capacity,
          withdrawn: now.withdrawn,
        };
      },
    });
  },
});

export const add = operation({
  ...shared,
  name: 'levels.add',
  about: 'a level that there was not: its price, the days that it lasts, and how many members it allows',
  params: { level: newLevel, price, days, capacity },
  run: (home, { level, price, days, capacity }, _, actor) =>
    changeItem(home, levelItem, {
      on: String(level),
      actor,
      edit: (before) =>
        before
          ? nothingDone(`There is a level ${level} already.`)
          : { price, seconds: secondsOf(days), capacity, withdrawn: 0 },
    }),
});

export const withdraw = operation({
  ...shared,
  name: 'levels.withdraw',
  about: 'nobody buys or renews it any more; who has it keeps it until it ends',
  params: { level },
  run: (home, { level }, _, actor) =>
    changeItem(home, levelItem, {
      on: String(level),
      actor,
      edit: (before) => ({ ...known(before, level), withdrawn: 1 }),
    }),
});

export const offer = operation({
  ...shared,
  name: 'levels.offer',
  about: 'sells a withdrawn level again',
  params: { level },
  run: (home, { level }, _, actor) =>
    changeItem(home, levelItem, {
      on: String(level),
      actor,
      edit: (before) => ({ ...known(before, level), withdrawn: 0 }),
    }),
});
