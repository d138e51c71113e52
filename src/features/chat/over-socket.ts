import type { ClientMessage } from '../features/chat/client-message.ts';
import { SEND_ERRORS } from '../features/chat/refusals.ts';
import { send } from '../features/chat/send.ts';
import type { Caller } from '../http/caller.ts';
import { Refusal, transportFailures } from '../http/failure.ts';
import { CallerDb } from '../http/session.ts';
import { WritesPaused } from '../platform/database/executor.ts';
import { renamedIfTaken } from '../platform/database/mark.ts';
import type { Platform } from './context.ts';

/** What a socket needs of its platform to send messages. */
export type SocketPorts = Pick<Platform, 'db' | 'clock' | 'random' | 'ids' | 'limiter' | 'config' | 'log'>;

/** The answer to a message that came over a socket: numbers are numbers here (docs/original.md#acknowledgements). */
export interface SendReply {
  readonly code: number;
  readonly data: {
    readonly info: string;
    readonly id?: number;
    readonly sendTime?: number;
    readonly reason?: string;
  };
}

const failed = (code: number, info: string): SendReply => ({ code, data: { info } });
const MINUTE = 60_000;

/** The answer to who asks too often. */
export const TOO_MANY = failed(429, '操作过于频繁');

/** The answer while a backup keeps writers out; nothing was stored. */
const [code, info] = transportFailures.WRITES_PAUSED;
const paused: SendReply = { code, data: { info, reason: 'WRITES_PAUSED' } };

/** Counts one thing that the owner of a socket asks for against his flood limit; answers whether it is one too many. */
export async function isFlooding({ config, limiter }: SocketPorts, caller: Caller): Promise<boolean> {
  if (config.RATE_LIMITS === 'off') return false;
  return (await limiter.hit(`u:${caller.userId}`, config.RATE_PER_USER, MINUTE)) > 0;
}

/**
 * Sends a message for the owner of a socket. Every refusal is an answer; only faults are logged.
 * @param message undefined where what came is none
 */
export async function sendFor(
  ports: SocketPorts,
  caller: Caller,
  message: ClientMessage | undefined,
): Promise<SendReply> {
  const { db, log } = ports;
  try {
    if (await isFlooding(ports, caller)) return TOO_MANY;
    if (!message) return failed(-1, '参数不正确');
    const context = { ...ports, caller, db: new CallerDb(db, caller, ports.clock.now()) };
    const { id, sendTime } = await renamedIfTaken(() => send(context, message));
    return { code: 1, data: { info: message.msgId, id, sendTime } };
  } catch (error) {
    const reason = error instanceof Refusal ? error.reason : undefined;
    if (reason === 'SESSION_ENDED') return failed(601, '请重新登录');
    const known = Object.entries(SEND_ERRORS).find(([name]) => name === reason)?.[1];
    if (known) return failed(known[0], known[1]);
    if (error instanceof WritesPaused) return paused;
    log.error('fault', { path: '/im', error: error instanceof Error ? error.message : typeof error });
    return failed(-1, '服务器异常');
  }
}
