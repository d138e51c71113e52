import type { MessageId } from '../../core/ids.ts';
import { refuse } from '../../http/failure.ts';
import { eventValues } from '../../realtime/events.ts';
import { EVENT, FROM, MESSAGE } from '../../realtime/message-types.ts';
import { explainStep } from '../steps/standing.ts';
import type { ClientMessage } from './client-message.ts';
import { markRead } from './mark-read.ts';
import { quotaValues } from './quota.ts';
import { recall } from './recall.ts';
import { screenMessage } from './screen.ts';
import { chatValues, type SenderContext, type Sent } from './sender.ts';
import {
  readOutcomeToGroup,
  readOutcomeToPerson,
  type SentValues,
  tellRefused,
  toGroup,
  toPerson,
} from './store.ts';

/**
 * Sends a message: to a friend who has not blocked the sender, or to a group whose member the sender is and in
 * which they may speak. A message that its sender has sent before is not sent again. Refuses `BLOCKED` and
 * `NOT_FRIENDS`, and tells the sender's devices by event 66; `NOT_A_MEMBER`, `TOO_MANY_TODAY`, `WORD_REFUSED`, and
 * `MUTED`: in that group, or by an operator.
 */
export async function send(context: SenderContext, message: ClientMessage): Promise<Sent> {
  if (message.messageType === MESSAGE.recall) return recall(context, message);
  if (message.messageType === MESSAGE.read) return markRead(context, message);
  const found = await screenMessage(context, message);
  if (!found) return sendScreened(context, message);
  const sent = await sendScreened(context, found.message);
  await found.note();
  return sent;
}

async function sendScreened(context: SenderContext, message: ClientMessage): Promise<Sent> {
  const chat = chatValues(context, message);
  const quota = quotaValues(context.config, chat.now, chat.content);
  const values = { ...chat, ...quota, id: context.ids.next<MessageId>() };
  return message.fromType === FROM.person ? sendToPerson(context, values) : sendToGroup(context, values);
}

async function sendToPerson(context: SenderContext, values: SentValues): Promise<Sent> {
  const refusal = eventValues(context, {
    type: EVENT.messageRefused,
    from: values.dest,
    fromType: FROM.person,
  });
  const {
    refused,
    outcome: [outcome],
  } = await context.db.write({
    stored: toPerson.store(values),
    copied: toPerson.copy(values),
    refused: tellRefused({ ...values, ...refusal, event_to: values.me, refusedId: values.msgId }),
    outcome: readOutcomeToPerson(values),
    counted: toPerson.count(values),
  });
  if (outcome?.id == null && outcome?.isSilenced) await explainStep(context, 'messages', 'MUTED');
  if (outcome?.id == null && refused === 0) refuse('TOO_MANY_TODAY');
  if (outcome?.id == null) refuse(outcome?.isBlocked ? 'BLOCKED' : 'NOT_FRIENDS');
  return { id: outcome.id, sendTime: outcome.sentAt ?? values.now };
}

async function sendToGroup(context: SenderContext, values: SentValues): Promise<Sent> {
  const {
    outcome: [outcome],
  } = await context.db.write({
    stored: toGroup.store(values),
    copied: toGroup.copy(values),
    outcome: readOutcomeToGroup(values),
    counted: toGroup.count(values),
    spoke: toGroup.spoke(values),
  });
  if (outcome?.id == null) {
    if (!outcome?.isMember) refuse('NOT_A_MEMBER');
    if (outcome.isSilenced) await explainStep(context, 'messages', 'MUTED');
    refuse(outcome.maySpeak ? 'TOO_MANY_TODAY' : 'MUTED');
  }
  return { id: outcome.id, sendTime: outcome.sentAt ?? values.now };
}
