import type { Caller } from '../../http/caller.ts';
import { commonFailures, type FailureText, refuse } from '../../http/failure.ts';
import { failed, wordsOf } from '../../http/failure-text.ts';
import { isFlooding } from '../../http/limits.ts';
import type { ScreeningPorts } from '../../http/screening.ts';
import { CallerDb } from '../../http/session.ts';
import { renamedIfTaken } from '../../platform/database/mark.ts';
import type { Platform } from '../../realtime/context.ts';
import type { ClientMessage } from './client-message.ts';
import { SEND_ERRORS } from './refusals.ts';
import { send } from './send.ts';

/** What a socket needs of its platform to send messages. */
export type SocketPorts = Pick<Platform, 'limiter' | 'screening'> & ScreeningPorts;

/** The answer to a message that came over a socket: numbers are numbers here (docs/original.md#acknowledgements). */
export interface SendReply {
  readonly code: number;
  readonly data: {
    readonly info: string;
    readonly id?: number;
    readonly sendTime?: number;
    readonly reason?: string;
    readonly hint?: string;
    readonly until?: number;
  };
}

function refusal(
  text: FailureText,
  reason: string,
  { config }: Pick<SocketPorts, 'config'>,
  details: Readonly<Record<string, string | number>> = {},
): SendReply {
  const [code, , , hint] = text;
  return { code, data: { info: wordsOf(text, config), reason, ...(hint ? { hint } : {}), ...details } };
}

/** The answer to a user who asks too often. */
export const tooMany = (ports: Pick<SocketPorts, 'config'>): SendReply =>
  refusal(commonFailures.TOO_MANY_CALLS, 'TOO_MANY_CALLS', ports);

async function sent(
  ports: SocketPorts,
  caller: Caller,
  message: ClientMessage | undefined,
): Promise<SendReply> {
  if (await isFlooding(ports, caller.userId)) return tooMany(ports);
  if (!message) refuse('INVALID_PARAMETER');
  const context = { ...ports, caller, db: new CallerDb(ports.db, caller, ports.clock.now()) };
  const { id, sendTime } = await renamedIfTaken(() => send(context, message));
  return { code: 1, data: { info: message.msgId, id, sendTime } };
}

/**
 * Sends a message for the owner of a socket. Every refusal is an answer, with the code and the text that a call
 * gets; only faults are logged.
 * @param message undefined where what came is none
 */
export async function sendFor(
  ports: SocketPorts,
  caller: Caller,
  message: ClientMessage | undefined,
): Promise<SendReply> {
  try {
    return await sent(ports, caller, message);
  } catch (error) {
    const { text, reason, fault, refusal: why } = failed(error, { errors: SEND_ERRORS });
    if (fault) ports.log.error('fault', { path: '/im', error: fault });
    return refusal(text, reason, ports, why?.details);
  }
}
