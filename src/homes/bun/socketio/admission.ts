import type { IncomingMessage } from 'node:http';
import { type Client, clientOf, networksOf } from '../../../http/address.ts';
import type { Caller } from '../../../http/caller.ts';
import { Refusal, refuse } from '../../../http/failure.ts';
import { limitNetworks } from '../../../http/limits.ts';
import { noteConnection, proveSession } from '../../../http/session.ts';
import type { Platform } from '../../../realtime/context.ts';
import { cursorKey, readCursor, startOf } from '../../../realtime/cursors.ts';
import { queryOf } from './query.ts';

/** The user who opens a connection, and where their events begin. */
export interface Admission {
  readonly caller: Caller;
  readonly after: number;
}

/** From where a request comes. */
function whenceOf({ trusted }: Platform, { headers, socket }: IncomingMessage): Client {
  const forwarded = headers['x-forwarded-for'];
  const said = Array.isArray(forwarded) ? forwarded.join(',') : forwarded;
  return clientOf({ address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 }, said, trusted);
}

/** Counts a request against the flood limits of its address. Throws a refusal where it is one too many. */
export async function limitRequest(platform: Platform, request: IncomingMessage): Promise<void> {
  await limitNetworks(platform, networksOf(whenceOf(platform, request).address));
}

const WORDS: Readonly<Record<string, string>> = {
  SESSION_ENDED: 'session ended',
  TOO_MANY_CALLS: 'too many',
  STOPPING: 'stopping',
};
/** What a client that is not let in reads as the `message` of the refusal (docs/realtime.md#socketio). */
export const refusalWords = (error: unknown): string =>
  (error instanceof Refusal && Object.hasOwn(WORDS, error.reason) && WORDS[error.reason]) || 'unavailable';

/** The user whom a handshake admits. Throws a refusal where it admits nobody. */
export async function admit(platform: Platform, request: IncomingMessage): Promise<Admission> {
  const { clock, db, tokens } = platform;
  await limitRequest(platform, request);
  const token = queryOf(request, 'token');
  const caller = token ? await tokens.verify(token, clock.now()) : undefined;
  if (!caller) refuse('SESSION_ENDED');
  const {
    living,
    cursor: [cursor],
  } = await db.read({
    living: proveSession(caller),
    cursor: readCursor(cursorKey(caller)),
  });
  if (!living[0]) refuse('SESSION_ENDED');
  await noteConnection(db, caller, living[0].address, whenceOf(platform, request), clock.now());
  return { caller, after: startOf(cursor, undefined) };
}
