import type { IncomingMessage } from 'node:http';
import { type Client, clientOf, networksOf } from '../../../http/address.ts';
import type { Caller } from '../../../http/caller.ts';
import { limitNetworks } from '../../../http/limits.ts';
import { noteConnection, proveSession } from '../../../http/session.ts';
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
  if (!living[0]) return undefined;
  await noteConnection(db, caller, living[0].address, whenceOf(platform, request), clock.now());
  return { caller, after: startOf(cursor, undefined) };
}
