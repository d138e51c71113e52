import { sql } from 'drizzle-orm';
import { queueItems, queueNotes } from '../../../db/schema/queues.ts';
import { type Allowance, inSlices } from '../../core/in-slices.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import { readProgress, setProgress } from '../../realtime/progress.ts';
import { type Queue, queues } from './queues.ts';
import { byQueue, isWaiting, nameOf } from './sql.ts';

/** Rows that one step looks at. */
const TOGETHER = 200;
const PROGRESS = 'queues_tidied_up_to';

type Stretch = { readonly after: string; readonly upTo: string; readonly now: number };

const next = prepareRead<{ queue: string; after: string }, { item: string }>(
  sql`SELECT item FROM ${queueItems} WHERE queue = ${p('queue')} AND item > ${p('after')}
    ORDER BY item LIMIT ${sql.raw(String(TOGETHER))}`,
  ['item'],
);
/** The rows of a stretch whose things wait no more. */
const ended = (queue: Queue) => sql`SELECT k.item FROM ${queueItems} AS k
  WHERE k.queue = ${nameOf(queue.name)} AND k.item > ${p('after')} AND k.item <= ${p('upTo')} AND k.assigned_at <= ${p('now')}
    AND NOT ${isWaiting(queue, queue.isNumber ? sql`CAST(k.item AS INTEGER)` : sql`k.item`)}`;
const prepareDropNotes = (queue: Queue) =>
  prepareChange<Stretch>(
    sql`DELETE FROM ${queueNotes} WHERE queue = ${nameOf(queue.name)} AND item IN (${ended(queue)})`,
  );
const dropNotes = byQueue(queues.map(prepareDropNotes));
const prepareDropItems = (queue: Queue) =>
  prepareChange<Stretch>(
    sql`DELETE FROM ${queueItems} WHERE queue = ${nameOf(queue.name)} AND item IN (${ended(queue)})`,
  );
const dropItems = byQueue(queues.map(prepareDropItems));

/** Where a run goes on: a queue, and the last of its rows that was looked at. */
function placeIn(value: string | undefined): { index: number; after: string } {
  const [name = '', ...rest] = (value ?? '').split(' ');
  const index = queues.findIndex((queue) => queue.name === name);
  return index < 0 ? { index: 0, after: '' } : { index, after: rest.join(' ') };
}

/** Forgets what operators kept of things that wait no more, some rows at a time. Answers how many went. */
export async function tidyQueues({ db, clock }: Platform, allowance?: Allowance): Promise<number> {
  let { index, after } = placeIn((await db.read(readProgress({ name: PROGRESS })))[0]?.value);
  let gone = 0;
  let seen = 0;
  const step = async () => {
    const queue = queues[index % queues.length];
    if (!queue) return false;
    const found = await db.read(next({ queue: queue.name, after }));
    const upTo = found.at(-1)?.item;
    const isEnd = found.length < TOGETHER;
    const place = isEnd ? { index: (index + 1) % queues.length, after: '' } : { index, after: upTo ?? '' };
    const stretch = upTo === undefined ? undefined : { after, upTo, now: clock.now() };
    const value = `${queues[place.index]?.name ?? ''} ${place.after}`;
    if (stretch) {
      const { items } = await db.write({
        notes: dropNotes[queue.name](stretch),
        items: dropItems[queue.name](stretch),
        progress: setProgress({ name: PROGRESS, value }),
      });
      gone += items;
    }
    seen += isEnd ? 1 : 0;
    ({ index, after } = place);
    return seen < queues.length;
  };
  await inSlices(clock, step, { trips: 2, allowance });
  return gone;
}
