import type { Call } from './call.ts';
import type { Caller } from './caller.ts';
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

/** Refuses where `userId` names somebody else. */
function proveUserId(call: Call, raw: RawParams) {
  const userId = raw.get('userId');
  if (!userId) return;
  if (!/^\d{1,16}$/.test(userId)) refuseParameter('userId');
  if (Number(userId) !== call.caller.userId) refuse('NOT_YOURSELF');
}

/** Notes who calls, and counts them against their flood limit; refuses where nobody does. */
function logIn(
  call: Call,
  endpoint: Endpoint,
  raw: RawParams,
  caller: Caller = refuse('SESSION_ENDED'),
): Promise<unknown> | undefined {
  call.logIn(caller);
  proveUserId(call, raw);
  return limitUser(call, endpoint);
}

/**
 * Finds who calls: a well-signed token, and a `userId` that is the token's (docs/decisions.md#identity). A caller
 * who is known already, because their body is large, is not looked for again: a token that came later is none.
 */
export function identify(call: Call, endpoint: Endpoint, raw: RawParams): Promise<unknown> | undefined {
  if (call.callerIfAny) {
    proveUserId(call, raw);
    return undefined;
  }
  const claims = claimsOf(call, endpoint, raw);
  return claims instanceof Promise
    ? claims.then((caller) => logIn(call, endpoint, raw, caller))
    : logIn(call, endpoint, raw, claims);
}

/** Finds who calls where nobody must: `userId` 0 is nobody, and so is a call without `userId` and token. */
export async function identifyIfAny(call: Call, endpoint: Endpoint, raw: RawParams) {
  const userId = raw.get('userId');
  if (userId === '0' || (!userId && !(await claimsOf(call, endpoint, raw)))) return;
  await identify(call, endpoint, raw);
}

/**
 * Counts a body for whom a header, a cookie or the query names, from its first byte on: strangers who fill what is
 * left to strangers keep nobody out who has said who they are.
 */
export function countForNamed(call: Call, endpoint: Endpoint, query: RawParams): Promise<void> | undefined {
  if (endpoint.open || call.body.isLittle || call.body.isEmpty) return undefined;
  const count = (caller: Caller | undefined) => {
    if (caller) call.body.belongTo(caller.userId);
  };
  const claims = claimsOf(call, endpoint, query);
  if (claims instanceof Promise) return claims.then(count);
  count(claims);
  return undefined;
}

/** Lets a large body in: from a caller whose session the database has found alive, and from nobody else. */
export async function admit(call: Call, endpoint: Endpoint, known: RawParams): Promise<void> {
  await identify(call, endpoint, known);
  if (!call.isProved) await call.authenticate();
  call.body.belongTo(call.caller.userId);
}
