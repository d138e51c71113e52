import { type SQL, sql } from 'drizzle-orm';
import { groupNotes, groups } from '../../../db/schema/groups.ts';
import { messages } from '../../../db/schema/messages.ts';
import { momentComments, moments } from '../../../db/schema/moments.ts';
import { users } from '../../../db/schema/users.ts';
import { inSlices } from '../../core/in-slices.ts';
import type { Automaton } from '../../core/words/automaton.ts';
import { wordsIn } from '../../core/words/find.ts';
import type { TextScope } from '../../core/words/scopes.ts';
import { p, prepareRead } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';

/** Rows of a kind that are looked at together. */
const PAGE = 200;

type Walk = { readonly below: number };
type Row = { readonly id: number; readonly texts: string };
const newest = (rows: SQL, texts: SQL) =>
  prepareRead<Walk, Row>(
    sql`SELECT id, json_array(${texts}) FROM ${rows} WHERE id < ${p('below')} ORDER BY id DESC LIMIT ${sql.raw(String(PAGE))}`,
    ['id', 'texts'],
  );

/** What is stored that words are looked for in, as a list would hit it. */
const KINDS: readonly (readonly [TextScope, ReturnType<typeof newest>])[] = [
  ['message', newest(sql`${messages}`, sql`content`)],
  ['moment', newest(sql`${moments}`, sql`text, address`)],
  ['comment', newest(sql`${momentComments}`, sql`text`)],
  ['note', newest(sql`${groupNotes}`, sql`title, content`)],
  ['group', newest(sql`${groups}`, sql`name, description, question`)],
  ['name', newest(sql`${users}`, sql`name, nick_name`)],
];

/** Of one kind: how many were looked at, how many a list would hit, and which words, the commonest first. */
export interface Tried {
  readonly kind: TextScope;
  readonly looked: number;
  readonly hit: number;
  readonly words: readonly (readonly [word: string, hits: number])[];
}

/**
 * Looks what a list would hit of what is stored, some rows at a time: the newest of each kind.
 * @param most rows of each kind that are looked at
 */
export async function tryWords(
  { db, clock }: Pick<Platform, 'db' | 'clock'>,
  automaton: Automaton,
  most: number,
): Promise<readonly Tried[]> {
  const tried: Tried[] = [];
  for (const [kind, read] of KINDS) {
    let [looked, hit, below] = [0, 0, Number.MAX_SAFE_INTEGER];
    const hits = new Map<string, number>();
    await inSlices(
      clock,
      async () => {
        const rows = await db.read(read({ below }));
        for (const { texts } of rows.slice(0, most - looked)) {
          const found = wordsIn(automaton, kind, (JSON.parse(texts) as string[]).join('\n')); // our own array
          looked += 1;
          hit += found.length > 0 ? 1 : 0;
          for (const word of new Set(found.map((each) => each.word)))
            hits.set(word, (hits.get(word) ?? 0) + 1);
        }
        below = rows.at(-1)?.id ?? 0;
        return rows.length === PAGE && looked < most;
      },
      { allowance: { trips: Number.POSITIVE_INFINITY, ms: Number.POSITIVE_INFINITY, connections: 1 } },
    );
    tried.push({ kind, looked, hit, words: [...hits].toSorted(([, a], [, b]) => b - a).slice(0, 10) });
  }
  return tried;
}
