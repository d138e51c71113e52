import { sql } from 'drizzle-orm';
import { DEST, type Dest } from '../../../db/schema/dest.ts';
import { groupMembers } from '../../../db/schema/groups.ts';
import { messages } from '../../../db/schema/messages.ts';
import { users } from '../../../db/schema/users.ts';
import type { UserId } from '../../core/ids.ts';
import { p, prepareRead } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { type InboxRow, MESSAGE_KEYS, storedMessage } from '../../realtime/message.ts';
import { isMemberOf } from '../../realtime/relations.ts';
import { conversationOf } from '../chat/conversation.ts';
import { heads } from '../conversations/mine.ts';
import { phraseOf, searchText, wordsOf } from './terms.ts';

/** What is looked for. Ids bound the time. */
export interface Sought {
  readonly q: string;
  readonly place: { readonly destType: Dest; readonly destId: number } | undefined;
  readonly from: UserId | undefined;
  /** Only messages with a lower id … */
  readonly before: number;
  /** … and none with a lower one than this. */
  readonly since: number;
  readonly limit: number;
}

/** Hits that one statement looks at: a longer text may have all pairs of `q`, and not beside one another. */
const TOGETHER = 200;
/** Conversations that one statement looks into. */
const PLACES = 50;
/** Times that a call looks on where little of what it found was a hit. */
const ROUNDS = 5;

type Row = Omit<InboxRow, 'seq'> & Record<string, string | number | null>;
const readHits = prepareRead<
  { me: UserId; phrase: string; before: number; since: number; from: number; limit: number },
  Row
>(
  sql`SELECT ${storedMessage} FROM (SELECT rowid AS id FROM message_search WHERE message_search MATCH ${p('phrase')}
      AND rowid < ${p('before')} AND rowid >= ${p('since')} ORDER BY rowid DESC LIMIT ${p('limit')}) AS hit
    CROSS JOIN ${messages} AS m ON m.id = hit.id AND m.recalled_at IS NULL CROSS JOIN ${users} AS u ON u.id = m.sender_id
    WHERE (${p('from')} = 0 OR m.sender_id = ${p('from')}) AND (m.dest_type = ${DEST.person} OR
      (${isMemberOf(sql`m.dest_id`, sql`${p('me')}`)} AND m.created_at >= (SELECT came.created_at FROM ${groupMembers} AS came
        WHERE came.group_id = m.dest_id AND came.user_id = ${p('me')})))
    ORDER BY m.id DESC`,
  MESSAGE_KEYS,
);
/** The lowest id that was looked at, where the limit was. */
const readLowest = prepareRead<
  { phrase: string; before: number; since: number; limit: number },
  { id: number }
>(
  sql`SELECT rowid FROM message_search WHERE message_search MATCH ${p('phrase')} AND rowid < ${p('before')}
    AND rowid >= ${p('since')} ORDER BY rowid DESC LIMIT 1 OFFSET ${p('limit')} - 1`,
  ['id'],
);
const readMine = prepareRead<{ me: UserId }, { conversation: string }>(
  sql`${heads} SELECT conversation FROM heads WHERE head IS NOT NULL`,
  ['conversation'],
);

const chunksOf = (all: readonly string[]): readonly (readonly string[])[] =>
  Array.from({ length: Math.ceil(all.length / PLACES) }, (_, i) => all.slice(i * PLACES, (i + 1) * PLACES));

/** What was found, newest first, and where to look on: undefined where all has been looked at. */
export interface Found {
  readonly rows: readonly Row[];
  readonly next: number | undefined;
}

/**
 * Messages of the caller's conversations that contain a text, as comparisons see it. It costs what there is in these
 * conversations, whatever others have written. What a member may not see of a group is not found.
 */
export async function findMessages(
  { caller: { userId: me }, db }: Pick<CallerContext, 'caller' | 'db'>,
  { q, place, from, before, since, limit }: Sought,
): Promise<Found> {
  const folded = searchText(q);
  const names = place
    ? [conversationOf(me, place.destType, place.destId)]
    : (await db.read(readMine({ me }))).map(({ conversation }) => conversation);
  const places = names.length > PLACES ? 'many' : 'few';
  const phrases = chunksOf(names).flatMap((chunk) => phraseOf(chunk, folded, places) ?? []);
  const rows: Row[] = [];
  let below = before;
  for (let round = 0; round < ROUNDS && phrases.length > 0; round++) {
    const bounds = { before: below, since, limit: TOGETHER };
    const { hits, lowest } = await db.read({
      hits: phrases.map((phrase) => readHits({ ...bounds, me, phrase, from: from ?? 0 })),
      lowest: phrases.map((phrase) => readLowest({ ...bounds, phrase })),
    });
    // As far down as every statement has looked.
    below = Math.max(since, ...lowest.flat().map(({ id }) => id));
    const isDone = lowest.flat().length === 0;
    const found = hits
      .flat()
      .filter(({ messageId }) => isDone || (messageId ?? 0) >= below)
      .filter(({ type, content }) => searchText(wordsOf(type, content)).includes(folded))
      .sort((a, b) => (b.messageId ?? 0) - (a.messageId ?? 0));
    rows.push(...found);
    if (rows.length > limit) {
      const shown = rows.slice(0, limit);
      return { rows: shown, next: shown.at(-1)?.messageId ?? undefined };
    }
    if (isDone) return { rows, next: undefined };
  }
  return { rows, next: phrases.length > 0 ? below : undefined };
}
