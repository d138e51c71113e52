import { asc, count as countRows, getTableColumns, gt } from 'drizzle-orm';
import * as z from 'zod';
import { gifts } from '../../../db/schema/gifts.ts';
import { yuan } from '../../core/fen.ts';
import { LIST_SIZE } from '../../core/operator-page.ts';
import { keyNamed } from '../../features/uploads/operate.ts';
import { p, prepareSelect } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import type { Actor } from '../actor.ts';
import { CHANGED_MEANWHILE, changeItem } from '../catalogue/change.ts';
import { offeredText } from '../catalogue/facts.ts';
import { keyOf, pageOf } from '../keys.ts';
import { listing, operation } from '../operation.ts';
import { amount, formed, optional, text } from '../params.ts';
import { nothingDone } from '../refused.ts';
import { type Gift, giftItem } from './item.ts';

const gift = formed(
  'gift’s key',
  /^[a-z0-9][a-z0-9_-]{0,31}$/,
  'up to 32 small letters, digits, - and _, as gift_007',
);
const name = text('name', 20);
const price = amount('price');
const picture = text('picture: the URL or the key of an upload', 300);

const page = prepareSelect<{ readonly behind: string }>()(getTableColumns(gifts), (select) =>
  select
    .from(gifts)
    .where(gt(gifts.key, p('behind')))
    .orderBy(asc(gifts.key))
    .limit(LIST_SIZE),
);
const count = prepareSelect<void>()({ total: countRows() }, (select) => select.from(gifts));

export const list = listing({
  name: 'gifts.list',
  roles: ['viewer', 'support', 'moderator', 'finance'],
  about: 'the gifts: key, name, yuan, whether it is offered, picture',
  params: {},
  counted: 'gifts',
  row: z.object({
    gift: z.string(),
    name: z.string(),
    yuan: z.string(),
    state: z.string(),
    picture: z.string(),
  }),
  async read({ db }, _, after) {
    const [behind = ''] = keyOf(after, ['string']) ?? [];
    const { rows, total } = await db.read({ rows: page({ behind: String(behind) }), total: count() });
    return pageOf(
      rows,
      total[0]?.total,
      (row) => ({
        gift: row.key,
        name: row.name,
        yuan: yuan(row.price),
        state: offeredText(row.withdrawnAt),
        picture: row.picture,
      }),
      (row) => [row.key],
    );
  },
});

const shared = { roles: ['finance'], subject: 'gift', operands: ['gift'], danger: true } as const;

const known = (before: Gift | undefined, key: string): Gift =>
  before ?? nothingDone(`There is no gift ${key}.`);

/** Changes a gift. @param picture the URL or the key of an upload; undefined leaves the one that there is */
const changeGift = (
  home: Platform,
  actor: Actor,
  key: string,
  picture: string | undefined,
  edit: (before: Gift | undefined) => Omit<Gift, 'picture'>,
) =>
  changeItem(home, giftItem, {
    on: key,
    actor,
    edit(before) {
      const { name, price, withdrawn } = edit(before);
      const shown = picture === undefined ? (before?.picture ?? '') : keyNamed(picture);
      return { name, price, picture: shown, withdrawn };
    },
    whyNot: async () =>
      picture === undefined
        ? undefined
        : `The picture is no upload that is shown. ${CHANGED_MEANWHILE.slice('Nothing was done: '.length)}`,
  });

export const add = operation({
  ...shared,
  name: 'gifts.add',
  about: 'a gift that there was not',
  params: { gift, name, price, picture: optional(picture) },
  run: (home, { gift, name, price, picture }, _, actor) =>
    changeGift(home, actor, gift, picture, (before) =>
      before ? nothingDone(`There is a gift ${gift} already.`) : { name, price, withdrawn: 0 },
    ),
});

export const set = operation({
  ...shared,
  name: 'gifts.set',
  about: 'another name, price or picture; what was given stays as it was',
  params: { gift, name: optional(name), price: optional(price), picture: optional(picture) },
  async run(home, { gift, name, price, picture }, _, actor) {
    if (name === undefined && price === undefined && picture === undefined)
      return nothingDone('Nothing to change: say the name, the price or the picture.');
    return changeGift(home, actor, gift, picture, (before) => {
      const now = known(before, gift);
      return { name: name ?? now.name, price: price ?? now.price, withdrawn: now.withdrawn };
    });
  },
});

export const withdraw = operation({
  ...shared,
  name: 'gifts.withdraw',
  about: 'nobody is shown it or gives it any more',
  params: { gift },
  run: (home, { gift }, _, actor) =>
    changeGift(home, actor, gift, undefined, (before) => ({ ...known(before, gift), withdrawn: 1 })),
});

export const offer = operation({
  ...shared,
  name: 'gifts.offer',
  about: 'offers a withdrawn gift again',
  params: { gift },
  run: (home, { gift }, _, actor) =>
    changeGift(home, actor, gift, undefined, (before) => ({ ...known(before, gift), withdrawn: 0 })),
});
