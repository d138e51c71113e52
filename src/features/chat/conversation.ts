import { DEST, type Dest } from '../../../db/schema/dest.ts';

/**
 * The name under which both sides find a conversation: `1:<smaller user>:<larger user>`, or `2:<group>`.
 */
export const conversationOf = (me: number, destType: Dest, destId: number): string =>
  destType === DEST.group ? `2:${destId}` : `1:${Math.min(me, destId)}:${Math.max(me, destId)}`;
