/** Where a message goes: 1 a person, 2 a group. */
export type DestType = 1 | 2;

/**
 * The name under which both sides find a conversation: `1:<smaller user>:<larger user>`, or `2:<group>`.
 */
export const conversationOf = (me: number, destType: DestType, destId: number): string =>
  destType === 2 ? `2:${destId}` : `1:${Math.min(me, destId)}:${Math.max(me, destId)}`;
