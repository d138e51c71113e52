import { sql } from 'drizzle-orm';
import { queueItems, queueNotes } from '../../../db/schema/queues.ts';
import { LIST_SIZE } from '../../core/operator-page.ts';
import { p, prepareRead } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import { type Queue, queues } from './queues.ts';
import { byQueue, nameOf, waitsHere } from './sql.ts';

/** Where a page begins: behind this one. */
export type Behind = { readonly order: number; readonly item: string | number };
type Standing = { readonly waiting: number; readonly oldest: number | null };

/** Something that waits. */
export type Item = {
  readonly item: string | number;
  readonly order: number;
  /** Epoch ms. */
  readonly since: number;
  /** Empty where nobody has taken it. */
  readonly assignee: string;
  readonly assignedAt: number | null;
  readonly notes: number;
  readonly lastNote: string | null;
};
const columns = ['item', 'order', 'since', 'assignee', 'assignedAt', 'notes', 'lastNote'] as const;

const kept = ({ name }: Queue) =>
  sql`LEFT JOIN ${queueItems} AS k ON k.queue = ${nameOf(name)} AND k.item = CAST(f.item AS TEXT)`;
const noted = ({ name }: Queue) =>
  sql`${queueNotes} AS n WHERE n.queue = ${nameOf(name)} AND n.item = CAST(f.item AS TEXT)`;
const shown = (queue: Queue) => sql`SELECT f.item, f.place, f.since, COALESCE(k.assignee, ''), k.assigned_at,
  (SELECT count(*) FROM ${noted(queue)}), (SELECT n.note FROM ${noted(queue)} ORDER BY n.id DESC LIMIT 1)`;

const prepareStanding = ({ rows, since, waits }: Queue) =>
  prepareRead<{ now: number }, Standing>(
    sql`SELECT count(*), MIN(${p('now')}, MIN(${since})) FROM ${rows} WHERE ${waits}`,
    ['waiting', 'oldest'],
  );
const standing = byQueue(queues.map(prepareStanding));
const preparePage = (queue: Queue) =>
  prepareRead<Behind & { now: number }, Item>(
    sql`${shown(queue)} FROM (SELECT ${queue.item} AS item, ${queue.order} AS place, MIN(${queue.since}, ${p('now')}) AS since
        FROM ${queue.rows} WHERE ${queue.waits} AND (${queue.order}, ${queue.item}) > (${p('order')}, ${p('item')})
        ORDER BY ${queue.order}, ${queue.item} LIMIT ${sql.raw(String(LIST_SIZE))}) AS f ${kept(queue)}`,
    columns,
  );
const page = byQueue(queues.map(preparePage));
const prepareOne = (queue: Queue) =>
  prepareRead<{ item: string | number; now: number }, Item>(
    sql`${shown(queue)} FROM (SELECT ${queue.item} AS item, ${queue.order} AS place, MIN(${queue.since}, ${p('now')}) AS since
        FROM ${queue.rows} WHERE ${waitsHere(queue, p('item'))} LIMIT 1) AS f ${kept(queue)}`,
    columns,
  );
const one = byQueue(queues.map(prepareOne));

/** A note, the oldest first. */
export type Note = { readonly author: string; readonly note: string; readonly notedAt: number };
const notes = prepareRead<{ queue: string; item: string }, Note>(
  sql`SELECT author, note, noted_at FROM ${queueNotes} WHERE queue = ${p('queue')} AND item = ${p('item')} ORDER BY id`,
  ['author', 'note', 'notedAt'],
);

type Home = Pick<Platform, 'db' | 'clock'>;

/** How many wait in some queues, and since when the oldest. */
export async function standingOf({ db, clock }: Home, some: readonly Queue[]) {
  const now = clock.now();
  const { found } = await db.read({ found: some.map(({ name }) => standing[name]({ now })) });
  return some.map(({ name }, i) => ({
    name,
    waiting: found[i]?.[0]?.waiting ?? 0,
    oldest: found[i]?.[0]?.oldest ?? null,
  }));
}

/** What waits in a queue, the oldest first, and how many there are. */
export async function itemsOf({ db, clock }: Home, { name }: Queue, behind: Behind) {
  const now = clock.now();
  const { rows, total } = await db.read({
    rows: page[name]({ ...behind, now }),
    total: standing[name]({ now }),
  });
  const byOrder = (a: Item, b: Item) => a.order - b.order || (a.item < b.item ? -1 : 1);
  return { rows: rows.toSorted(byOrder), total: total[0]?.waiting ?? 0 };
}

/** One thing that waits, with its notes; undefined where it waits no more, or there is none. */
export async function findItem({ db, clock }: Home, { name }: Queue, item: string | number) {
  const { found, said } = await db.read({
    found: one[name]({ item, now: clock.now() }),
    said: notes({ queue: name, item: String(item) }),
  });
  return found[0] && { ...found[0], said };
}
