import * as z from 'zod';
import type { QueueNoteId } from '../../core/ids.ts';
import type { Platform } from '../../realtime/context.ts';
import { type Actor, nameOf } from '../actor.ts';
import { keyOf, pageOf } from '../keys.ts';
import { type Act, listing, operation, viewing } from '../operation.ts';
import { flag, oneOf, text } from '../params.ts';
import { nothingDone } from '../refused.ts';
import { onOneLine, timeText } from '../shown.ts';
import { ageText } from './age.ts';
import { findItem, type Item, itemsOf, standingOf } from './find.ts';
import { isSeenBy, QUEUE_NAMES, type Queue, type QueueName, queues } from './queues.ts';
import { MOST_NOTES, noting, releasing, taking } from './take.ts';

const everybody = ['viewer', 'support', 'moderator', 'finance'] as const;
const workers = ['support', 'moderator', 'finance'] as const;

const queue = oneOf('queue', QUEUE_NAMES);
const one = { queue, item: text('item: its number in the queue') };
const operands = ['queue', 'item'] as const;

const sees = (actor: Actor, queue: Queue): boolean =>
  actor.kind === 'shell' || (actor.kind === 'operator' && isSeenBy(queue, actor.role));

/** A queue by its name, for somebody who may see it; does nothing for others. */
function queueFor(actor: Actor, name: QueueName): Queue {
  const found = queues.find((each) => each.name === name);
  if (found && sees(actor, found)) return found;
  return nothingDone(`Your role does not see the queue ${name}.`);
}

const gone = (name: string, item: string | number) => `${item} does not wait in ${name}.`;

/** An item as its queue names it; does nothing where there can be no such item. */
function itemOf({ isNumber, name }: Queue, given: string): string | number {
  if (!isNumber) return given;
  if (/^[1-9]\d{0,15}$/.test(given) && Number.isSafeInteger(Number(given))) return Number(given);
  return nothingDone(gone(name, given));
}

const shown = ({ clock }: Pick<Platform, 'clock'>, found: Item) => ({
  item: String(found.item),
  since: timeText(found.since),
  age: ageText(clock.now() - found.since),
  assignee: found.assignee,
  taken: found.assignee === '' ? '' : timeText(found.assignedAt ?? 0),
});
const shape = {
  item: z.string(),
  since: z.string(),
  age: z.string(),
  assignee: z.string(),
  taken: z.string(),
};

export const list = listing({
  name: 'queues.list',
  roles: everybody,
  about: 'what waits for operators: queue, how many, since when the oldest, and how old it is',
  params: {},
  counted: 'queues',
  row: z.object({ queue: z.string(), waiting: z.number(), oldest: z.string(), age: z.string() }),
  async read(home, _, after, actor) {
    keyOf(after, []);
    const own = queues.filter((each) => sees(actor, each));
    const standing = await standingOf(home, own);
    const rows = standing.map(({ name, waiting, oldest }) => ({
      queue: name,
      waiting,
      oldest: oldest === null ? '' : timeText(oldest),
      age: oldest === null ? '' : ageText(home.clock.now() - oldest),
    }));
    return { rows, total: rows.length, next: null };
  },
});

export const items = listing({
  name: 'queues.items',
  roles: everybody,
  about:
    'one queue, the oldest first: item, since when, age, who has taken it and when, notes and the last of them',
  params: { queue },
  operands: ['queue'],
  counted: 'items',
  row: z.object({ ...shape, notes: z.number(), lastNote: z.string() }),
  async read(home, { queue: name }, after, actor) {
    const found = queueFor(actor, name);
    const [order = -1, item = found.isNumber ? 0 : ''] =
      keyOf(after, ['number', found.isNumber ? 'number' : 'string']) ?? [];
    const { rows, total } = await itemsOf(home, found, { order: Number(order), item });
    return pageOf(
      rows,
      total,
      (row) => ({ ...shown(home, row), notes: row.notes, lastNote: onOneLine(row.lastNote ?? '') }),
      (row) => [row.order, row.item],
    );
  },
});

export const show = viewing({
  name: 'queues.show',
  roles: everybody,
  subject: 'queue item',
  about: 'one thing that waits, with all its notes',
  params: one,
  operands,
  answer: z.object({
    ...shape,
    notes: z.array(z.object({ at: z.string(), by: z.string(), note: z.string() })),
  }),
  async read(home, { queue: name, item }, actor) {
    const found = queueFor(actor, name);
    const row = (await findItem(home, found, itemOf(found, item))) ?? nothingDone(gone(name, item));
    const notes = row.said.map(({ author, note, notedAt }) => ({
      at: timeText(notedAt),
      by: author,
      note: onOneLine(note),
    }));
    return { on: `${name} ${item}`, answer: { ...shown(home, row), notes } };
  },
});

const shared = { roles: workers, subject: 'queue item', operands } as const;

export const assign = operation({
  ...shared,
  name: 'queues.assign',
  about: 'you take it: others see that you see to it',
  params: one,
  async run(home, { queue: name, item: given }, _, actor): Promise<Act> {
    const found = queueFor(actor, name);
    const item = itemOf(found, given);
    const assignee = nameOf(actor);
    return {
      on: `${name} ${item}`,
      batch: taking(home, found, item, assignee),
      marks: ['taken'],
      before: { assignee: '' },
      after: { assignee },
      async whyNot() {
        const row = await findItem(home, found, item);
        return row ? `${row.assignee} has taken it.` : gone(name, item);
      },
    };
  },
});

export const unassign = operation({
  ...shared,
  name: 'queues.unassign',
  about: 'you give it back, or with force take it from whoever has it',
  params: { ...one, force: flag('also what somebody else has taken') },
  async run(home, { queue: name, item: given, force }, _, actor): Promise<Act> {
    const found = queueFor(actor, name);
    const item = itemOf(found, given);
    const before = await findItem(home, found, item);
    return {
      on: `${name} ${item}`,
      batch: releasing(found, item, force ? '' : nameOf(actor)),
      marks: ['released'],
      before: { assignee: before?.assignee ?? '' },
      after: { assignee: '' },
      async whyNot() {
        const row = await findItem(home, found, item);
        if (!row) return gone(name, item);
        return row.assignee === '' ? 'Nobody has taken it.' : `${row.assignee} has taken it: say --force.`;
      },
    };
  },
});

export const note = operation({
  ...shared,
  name: 'queues.note',
  about: 'writes a note on it, which stays until it has been dealt with',
  params: { ...one, note: text('note', 500) },
  operands: ['queue', 'item', 'note'],
  async run(home, { queue: name, item: given, note: said }, _, actor): Promise<Act> {
    const found = queueFor(actor, name);
    const item = itemOf(found, given);
    const id = home.ids.next<QueueNoteId>();
    return {
      on: `${name} ${item}`,
      batch: noting(home, found, item, { id, author: nameOf(actor), note: said }),
      marks: ['noted'],
      after: { note: said },
      async whyNot() {
        const row = await findItem(home, found, item);
        return row ? `It has ${MOST_NOTES} notes already.` : gone(name, item);
      },
    };
  },
});
