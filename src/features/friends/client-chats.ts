import { asc, eq, type SQL, sql } from 'drizzle-orm';
import { clientChats } from '../../../db/schema/friends.ts';
import { FIRST_USER, type UserId } from '../../core/ids.ts';
import { refuse } from '../../http/failure.ts';
import {
  type Prepared,
  p,
  prepareChange,
  prepareSelect,
  type Values,
} from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';

/**
 * The client's own chats (file assistant, group robot, notices) have numbers below those of users. What an app
 * asks to keep about them is kept as asked (docs/decisions.md#friends).
 */
export const isClientChat = (id: number): boolean => id < FIRST_USER;

/** Apps have a handful of such chats. */
const MAX_CHATS = 100;

const mine = sql`SELECT 1 FROM ${clientChats} WHERE user_id = ${p('me')}`;
const hasRoom = sql`((SELECT count(*) FROM (${mine})) < ${sql.raw(String(MAX_CHATS))}
  OR EXISTS (${mine} AND chat_id = ${p('chat')}))`;
type SettingValues = { readonly me: UserId; readonly chat: number };
const prepareSetting = <Wanted extends Values>(
  column: SQL,
  value: SQL,
): Prepared<number, Wanted & SettingValues> =>
  prepareChange<Wanted & SettingValues>(
    sql`INSERT INTO ${clientChats} (user_id, chat_id, ${column}) SELECT ${p('me')}, ${p('chat')}, ${value}
      WHERE ${hasRoom} ON CONFLICT (user_id, chat_id) DO UPDATE SET ${column} = excluded.${column}`,
  );
const setTip = prepareSetting<{ receiveTip: 0 | 1 }>(sql`receive_tip`, p('receiveTip'));
const setName = prepareSetting<{ remark: string }>(sql`remark`, p('remark'));

/** What a user's app keeps about its own chats: `me`. */
export const listClientChats = prepareSelect<{ me: UserId }>()(
  { id: clientChats.chatId, receiveTip: clientChats.receiveTip, remark: clientChats.remark },
  (select) =>
    select
      .from(clientChats)
      .where(eq(clientChats.userId, p('me')))
      .orderBy(asc(clientChats.chatId)),
);

/** Whether messages of a client's own chat make a sound. Refuses `TOO_MANY_CHATS`. */
export async function setClientChatTip(context: CallerContext, chat: number, receiveTip: 0 | 1) {
  const set = await context.db.write(setTip({ me: context.caller.userId, chat, receiveTip }));
  if (set === 0) refuse('TOO_MANY_CHATS');
}

/** What the caller calls a client's own chat. Refuses `TOO_MANY_CHATS`. */
export async function setClientChatRemark(context: CallerContext, chat: number, remark: string) {
  const set = await context.db.write(setName({ me: context.caller.userId, chat, remark }));
  if (set === 0) refuse('TOO_MANY_CHATS');
}
