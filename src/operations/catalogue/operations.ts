import { type SQL, sql } from 'drizzle-orm';
import * as z from 'zod';
import { CATALOGUE, catalogueChanges } from '../../../db/schema/catalogue.ts';
import { LIST_SIZE } from '../../core/operator-page.ts';
import { p, prepareRead } from '../../platform/database/query.ts';
import { keyOf, pageOf } from '../keys.ts';
import { listing } from '../operation.ts';
import { oneOf, optional, text } from '../params.ts';
import { timeText } from '../shown.ts';
import { factsOf, type State } from './facts.ts';

type Row = {
  readonly id: number;
  readonly at: number;
  readonly actor: string;
  readonly item: string;
  readonly before: string;
  readonly after: string;
};
type Of = { readonly subject: string };
type OfItem = Of & { readonly item: string };

const ofSubject = sql`subject = ${p('subject')}`;
const ofItem = sql`${ofSubject} AND item = ${p('item')}`;
const newest = <Wanted extends Of>(condition: SQL) => ({
  rows: prepareRead<Wanted & { readonly upTo: number }, Row>(
    sql`SELECT id, at, actor, item, before, after FROM ${catalogueChanges}
      WHERE ${condition} AND id < ${p('upTo')} ORDER BY id DESC LIMIT ${sql.raw(String(LIST_SIZE))}`,
    ['id', 'at', 'actor', 'item', 'before', 'after'],
  ),
  total: prepareRead<Wanted, { total: number }>(
    sql`SELECT count(*) FROM ${catalogueChanges} WHERE ${condition}`,
    ['total'],
  ),
});
const all = newest<Of>(ofSubject);
const one = newest<OfItem>(ofItem);

/** Empty where there was nothing; else what stood there, in JSON. */
const shown = (state: string): string =>
  state === '' ? '' : JSON.stringify(factsOf(JSON.parse(state) as State)); // what a change has written

export const history = listing({
  name: 'catalogue.history',
  roles: ['viewer', 'support', 'moderator', 'finance'],
  about: 'who changed what in the catalogue when, newest first: when, by whom, of what, before and after',
  params: { subject: oneOf('subject', CATALOGUE), item: optional(text('item', 64)) },
  operands: ['subject', 'item'],
  counted: 'changes',
  row: z.object({
    id: z.number(),
    at: z.string(),
    by: z.string(),
    item: z.string(),
    before: z.string(),
    after: z.string(),
  }),
  async read({ db }, { subject, item }, after) {
    const [upTo = Number.MAX_SAFE_INTEGER] = keyOf(after, ['number']) ?? [];
    const bounds = { subject, upTo: Number(upTo) };
    const { rows, total } =
      item === undefined
        ? await db.read({ rows: all.rows(bounds), total: all.total({ subject }) })
        : await db.read({ rows: one.rows({ ...bounds, item }), total: one.total({ subject, item }) });
    return pageOf(
      rows,
      total[0]?.total,
      (row) => ({
        id: row.id,
        at: timeText(row.at),
        by: row.actor,
        item: row.item,
        before: shown(row.before),
        after: shown(row.after),
      }),
      ({ id }) => [id],
    );
  },
});
