import { addressRanges } from '../../http/address.ts';
import type { IdentifyOperator, OperatorActor, Role } from '../actor.ts';
import { sessionCookie } from './cookie.ts';
import { digestOfSecret, isDrawnSecret } from './drawn-secret.ts';
import type { OperatorCall } from './operator-call.ts';
import { refuseForeign } from './own-origin.ts';
import { parseRole } from './role.ts';
import type { LoggedIn } from './self.ts';
import { useSession } from './sessions.ts';
import { openToken } from './tokens.ts';

const changesNothing = ({ request }: OperatorCall) => request.method === 'GET' || request.method === 'HEAD';

/**
 * The operator whose session's cookie came with the call, which counts as a use of it. Refuses `FOREIGN_ORIGIN` where
 * a page of another site may have sent the call.
 */
export async function loggedIn(
  call: OperatorCall,
): Promise<(LoggedIn & { readonly role: Role }) | undefined> {
  const secret = sessionCookie(call);
  if (secret === undefined || !isDrawnSecret('session', secret)) return undefined;
  if (!changesNothing(call)) refuseForeign(call, true);
  const found = await useSession(call.db, digestOfSecret(secret), call.clock.now());
  const role = found && parseRole(found.role);
  if (!found || !role) return undefined;
  const { operator: id, name, session, createdAt: since } = found;
  return { id, name, role, session, since };
}

const bearerOf = (authorization: string) => /^Bearer ([\w-]{1,100})$/i.exec(authorization)?.[1] ?? '';

async function program(call: OperatorCall, token: string): Promise<OperatorActor | undefined> {
  if (!isDrawnSecret('token', token)) return undefined;
  const found = await openToken(call.db, digestOfSecret(token), call.clock.now());
  const role = found && parseRole(found.role);
  if (!found || !role) return undefined;
  const isFromThere =
    found.addresses.length === 0 || addressRanges(found.addresses, found.name).has(call.address);
  if (!isFromThere) return undefined;
  await found.used();
  const { id, name, scopes } = found;
  return { kind: 'operator', id, name, role, address: call.address, scopes };
}

/**
 * Tells who makes a call of the operators' side: a program by its token, else a person by their session's cookie.
 * Undefined where it is nobody: no session or token, one that has ended, or one that is not taken from there.
 * Refuses `FOREIGN_ORIGIN` as `loggedIn`.
 */
export const identifyOperator: IdentifyOperator = async (call) => {
  const authorization = call.header('authorization');
  if (authorization !== undefined) return program(call, bearerOf(authorization));
  const person = await loggedIn(call);
  return (
    person && {
      kind: 'operator',
      id: person.id,
      name: person.name,
      role: person.role,
      address: call.address,
    }
  );
};
