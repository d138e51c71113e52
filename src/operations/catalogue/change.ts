import { type SQL, sql } from 'drizzle-orm';
import { type CatalogueSubject, catalogueChanges } from '../../../db/schema/catalogue.ts';
import type { CatalogueChangeId } from '../../core/ids.ts';
import { orTaken, rowOf } from '../../platform/database/mark.ts';
import { p, prepareChange, prepareRead, type Query } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import type { Actor } from '../actor.ts';
import type { Act } from '../operation.ts';
import { nothingDone } from '../refused.ts';
import { factsOf, type State } from './facts.ts';

/** What the statements of a change want, and may use. */
export type ChangeValues = {
  readonly change: CatalogueChangeId;
  readonly now: number;
  readonly item: string;
  readonly actor: string;
  /** JSON; empty where there is nothing yet. */
  readonly before: string;
  readonly after: string;
};

/** A kind of thing in the catalogue, as its statements see it. */
interface Kind {
  readonly subject: CatalogueSubject;
  /** SQL of `:item` as it stands: the JSON of a `State`; null where there is no such thing. */
  readonly state: SQL;
  /** What must hold beside, of `ChangeValues`. */
  readonly may?: SQL;
  /** The change itself, from `:after`. @param made its condition */
  put(made: SQL): SQL;
}

/** The mark of a change's batch: its row in the history. */
export const changeMade = rowOf(catalogueChanges, 'change');

/** Prepares the changes of a kind of thing. */
export function prepareItem<Item extends State>({ subject, state, may = sql`1`, put }: Kind) {
  const isAsSeen = sql`COALESCE(${state}, '') = ${p('before')} AND ${p('before')} <> ${p('after')} AND ${may}`;
  return {
    look: prepareRead<{ readonly item: string }, { state: string | null }>(sql`SELECT ${state}`, ['state']),
    note: prepareChange<ChangeValues>(
      sql`INSERT INTO ${catalogueChanges} (id, at, subject, item, actor, before, after)
        SELECT ${p('change')}, ${p('now')}, ${sql.raw(`'${subject}'`)}, ${p('item')}, ${p('actor')}, ${p('before')}, ${p('after')}
        WHERE ${orTaken(isAsSeen, changeMade)}`,
    ),
    put: prepareChange<ChangeValues>(put(changeMade)),
    read: (text: string | null): Item | undefined => (text === null ? undefined : (JSON.parse(text) as Item)), // what `state` has made
  };
}
export type PreparedItem<Item extends State> = ReturnType<typeof prepareItem<Item>>;

const KINDS = { shell: 'cli', job: 'job' } as const;
/** Somebody as the audit and the history name them. */
export const actorText = (actor: Actor): string => {
  if (actor.kind === 'operator') return actor.name;
  return `${KINDS[actor.kind]}:${actor.kind === 'shell' ? actor.user : actor.name}`;
};

/** Why something that was as it should be was not changed all the same. */
export const CHANGED_MEANWHILE = 'Nothing was done: somebody else changed it meanwhile. Look at it again.';

/** A change of one thing. */
export interface Change<Item extends State> {
  /** Its name in the catalogue. */
  readonly on: string;
  readonly actor: Actor;
  /** What becomes of it. Throws `Refused` where there is nothing to change, or it may not become so. */
  edit(before: Item | undefined): Item;
  /** The change itself, where it is not the kind's: its condition is `changeMade`. */
  put?(values: ChangeValues): Query<number>;
  /** Says what of the kind's `may` does not hold; undefined where it is something else. */
  whyNot?(): Promise<string | undefined>;
}

/**
 * An act that changes one thing of the catalogue, if it still is as it was seen, and writes its history. Nobody's
 * change is lost beneath another's.
 */
export async function changeItem<Item extends State>(
  { db, ids, clock }: Platform,
  prepared: PreparedItem<Item>,
  { on, actor, edit, put = prepared.put, whyNot }: Change<Item>,
): Promise<Act> {
  const [found] = await db.read(prepared.look({ item: on }));
  const before = found?.state ?? '';
  const seen = prepared.read(found?.state ?? null);
  const wanted = edit(seen);
  const after = JSON.stringify(wanted);
  if (after === before) nothingDone('It is so already.');
  const values: ChangeValues = {
    change: ids.next<CatalogueChangeId>(),
    now: clock.now(),
    item: on,
    actor: actorText(actor),
    before,
    after,
  };
  return {
    on,
    batch: { changed: prepared.note(values), put: put(values) },
    marks: ['changed'],
    before: seen ? factsOf(seen) : {},
    after: factsOf(wanted),
    whyNot: async () => (await whyNot?.()) ?? CHANGED_MEANWHILE,
  };
}
