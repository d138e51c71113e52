import { sql } from 'drizzle-orm';
import { catalogueChanges } from '../../../db/schema/catalogue.ts';
import { users } from '../../../db/schema/users.ts';
import { numberTypes, vipNumbers } from '../../../db/schema/vip-numbers.ts';
import type { CatalogueChangeId } from '../../core/ids.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import type { Actor } from '../actor.ts';
import { actorText, CHANGED_MEANWHILE } from '../catalogue/change.ts';
import type { Act } from '../operation.ts';
import { nothingDone, Refused } from '../refused.ts';

/** Numbers that come at once, at most. */
const MOST = 2000;
/** Eight digits at least, so that no user's own number looks like one for long; 1 begins telephone numbers. */
export const NUMBER = /^[2-9]\d{7,15}$/;
export const NUMBER_HINT = '8 to 16 digits that do not begin with 0 or 1, as 88866688';

type Rows = {
  /** JSON: for each the number of its change, and itself. */
  readonly rows: string;
  readonly type: number;
  readonly now: number;
  readonly actor: string;
  readonly after: string;
};

const isTaken = (number: ReturnType<typeof sql>) =>
  sql`(EXISTS (SELECT 1 FROM ${vipNumbers} AS v WHERE v.number = ${number})
    OR EXISTS (SELECT 1 FROM ${users} WHERE ${users.vipNumber} = ${number})
    OR EXISTS (SELECT 1 FROM ${users} WHERE ${users.id} = CAST(${number} AS INTEGER)))`;
const taken = prepareRead<{ rows: string }, { number: string }>(
  sql`SELECT row.value ->> 1 FROM json_each(${p('rows')}) AS row WHERE ${isTaken(sql`row.value ->> 1`)}`,
  ['number'],
);
const hasType = prepareRead<{ type: number }, { id: number }>(
  sql`SELECT id FROM ${numberTypes} WHERE id = ${p('type')}`,
  ['id'],
);
/** All or none of them: the mark of the batch. */
const noteAll = prepareChange<Rows>(
  sql`INSERT INTO ${catalogueChanges} (id, at, subject, item, actor, before, after)
    SELECT row.value ->> 0, ${p('now')}, 'number', row.value ->> 1, ${p('actor')}, '', ${p('after')}
    FROM json_each(${p('rows')}) AS row
    WHERE EXISTS (SELECT 1 FROM ${numberTypes} WHERE id = ${p('type')})
      AND NOT EXISTS (SELECT 1 FROM json_each(${p('rows')}) AS each WHERE ${isTaken(sql`each.value ->> 1`)})`,
);
const addAll = prepareChange<Pick<Rows, 'rows' | 'type'>>(
  sql`INSERT INTO ${vipNumbers} (type_id, number)
    SELECT ${p('type')}, c.item FROM json_each(${p('rows')}) AS row
    CROSS JOIN ${catalogueChanges} AS c ON c.id = row.value ->> 0 AND c.item = row.value ->> 1`,
);

/** The numbers of a text: between them stand blanks, line ends or commas. Throws `Refused` for one that is none. */
export function numbersIn(text: string): string[] {
  const numbers = [...new Set(text.split(/[\s,，;；"]+/).filter(Boolean))];
  const wrong = numbers.find((number) => !NUMBER.test(number));
  if (wrong !== undefined)
    throw new Refused('INVALID_PARAMETER', `“${wrong.slice(0, 20)}” is no number: ${NUMBER_HINT}.`, 'file');
  if (numbers.length === 0 || numbers.length > MOST)
    throw new Refused('INVALID_PARAMETER', `The list has 1 to ${MOST} numbers.`, 'file');
  return numbers;
}

/** An act that adds numbers to a type. Those that there are already, and users' own, are left out, and counted. */
export async function addingNumbers(
  { db, ids, clock }: Platform,
  type: number,
  numbers: readonly string[],
  actor: Actor,
): Promise<Act> {
  const rowsOf = (some: readonly string[]) =>
    JSON.stringify(some.map((number) => [ids.next<CatalogueChangeId>(), number]));
  const known = new Set((await db.read(taken({ rows: rowsOf(numbers) }))).map(({ number }) => number));
  const fresh = numbers.filter((number) => !known.has(number));
  const [first = ''] = fresh;
  if (fresh.length === 0) nothingDone('Each of them is a number already, or a user’s own.');
  const values: Rows = {
    rows: rowsOf(fresh),
    type,
    now: clock.now(),
    actor: actorText(actor),
    after: JSON.stringify({ type, withheld: 0 }),
  };
  return {
    on: fresh.length === 1 ? first : `${fresh.length} numbers`,
    batch: { noted: noteAll(values), added: addAll(values) },
    marks: ['noted'],
    after: { type, added: fresh.length, left: known.size, first, last: fresh.at(-1) ?? first },
    whyNot: async () =>
      (await db.read(hasType({ type }))).length === 0
        ? `There is no number type ${type}.`
        : CHANGED_MEANWHILE,
  };
}
