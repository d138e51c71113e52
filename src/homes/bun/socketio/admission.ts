import type { IncomingMessage } from 'node:http';
import { clientAddress, networksOf } from '../../../http/address.ts';
import type { Caller } from '../../../http/caller.ts';
import { limitNetworks } from '../../../http/limits.ts';
import { proveSession } from '../../../http/session.ts';
import type { Platform } from '../../../realtime/context.ts';
import { readCursor, startOf } from '../../../realtime/cursors.ts';

/** The user who opens a connection, and where their events begin. */
export interface Admission {
  readonly caller: Caller;
  readonly after: number;
}

/** A parameter of a request's address. */
export const queryOf = (request: IncomingMessage, name: string): string | null =>
  new URL(request.url ?? '/', 'http://localhost').searchParams.get(name);

/** Counts a request against the flood limits of its address. Throws a refusal where it is one too many. */
export async function limitRequest(platform: Platform, request: IncomingMessage): Promise<void> {
  const forwarded = request.headers['x-forwarded-for'];
  const peer = request.socket.remoteAddress ?? '';
  const said = Array.isArray(forwarded) ? forwarded.join(',') : forwarded;
  await limitNetworks(platform, networksOf(clientAddress(peer, said, platform.trusted)));
}

/** The user whom a handshake admits; undefined where it admits nobody. Throws a refusal for a flood. */
export async function admit(platform: Platform, request: IncomingMessage): Promise<Admission | undefined> {
  const { clock, db, tokens } = platform;
  await limitRequest(platform, request);
  const token = queryOf(request, 'token');
  const caller = token ? await tokens.verify(token, clock.now()) : undefined;
  if (!caller) return undefined;
  const {
    living,
    cursor: [cursor],
  } = await db.read({
    living: proveSession(caller),
    cursor: readCursor({ user: caller.userId, device: caller.device }),
  });
  return living.length > 0 ? { caller, after: startOf(cursor, undefined) } : undefined;
}
