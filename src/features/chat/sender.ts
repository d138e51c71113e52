import type { ClientMessage } from './client-message.ts';
import { conversationOf } from './conversation.ts';
import type { ScreenedContext } from './screen.ts';

/** The sender: a call, or a socket. */
export type SenderContext = ScreenedContext;

/** A message that was taken. */
export interface Sent {
  /** Its number in the history; 0 where it is no part of it (a recall, a read mark). */
  readonly id: number;
  /** Epoch ms. */
  readonly sendTime: number;
}

/** The values of every chat statement. */
export type ChatValues = ReturnType<typeof chatValues>;

/** The values of every chat statement. */
export function chatValues({ caller, clock }: SenderContext, message: ClientMessage) {
  const { msgId, fromType: destType, destId: dest, messageType: type, content } = message;
  const me = caller.userId;
  const conversation = conversationOf(me, destType, dest);
  return { me, device: caller.device, now: clock.now(), msgId, destType, dest, type, content, conversation };
}
