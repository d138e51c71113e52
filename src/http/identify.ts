import type { Caller } from '../context.ts';
import type { Call } from './call.ts';
import type { Endpoint } from './endpoint.ts';
import { refuse, refuseParameter } from './failure.ts';
import { limitUser } from './limits.ts';
import type { RawParams } from './pairs.ts';
import { tokenOf } from './session.ts';

/** What a well-signed token says that came with the call. */
function claimsOf(
  call: Call,
  endpoint: Endpoint,
  raw: RawParams,
): Caller | undefined | Promise<Caller | undefined> {
  const parameter = endpoint.ownsToken ? undefined : raw.get('token');
  const token = tokenOf((name) => call.header(name), parameter, call.publicUrl);
  return token === undefined ? undefined : call.tokens.verify(token, call.clock.now());
}

/** Notes who calls; refuses where nobody does, or `userId` names somebody else. */
function logIn(call: Call, raw: RawParams, caller: Caller = refuse('SESSION_ENDED')) {
  call.logIn(caller);
  const userId = raw.get('userId');
  if (!userId) return;
  if (!/^\d{1,16}$/.test(userId)) refuseParameter('userId');
  if (Number(userId) !== caller.userId) refuse('NOT_YOURSELF');
}

/** Finds who calls: a well-signed token, and a `userId` that is the token's (decisions, Identity). */
export function identify(call: Call, endpoint: Endpoint, raw: RawParams): void | Promise<void> {
  const claims = claimsOf(call, endpoint, raw);
  return claims instanceof Promise
    ? claims.then((caller) => logIn(call, raw, caller))
    : logIn(call, raw, claims);
}

/** Finds who calls where nobody must: `userId` 0 is nobody, and so is a call without `userId` and token. */
export async function identifyIfAny(call: Call, endpoint: Endpoint, raw: RawParams) {
  const userId = raw.get('userId');
  if (userId === '0' || (!userId && !(await claimsOf(call, endpoint, raw)))) return;
  await identify(call, endpoint, raw);
  await limitUser(call, endpoint);
}
