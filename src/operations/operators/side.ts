import { Refusal } from '../../http/failure.ts';
import { limitNetworks } from '../../http/limits.ts';
import type { Answered } from '../../http/reply.ts';
import { mayReach } from './door.ts';
import { hasOperators } from './find.ts';
import type { OperatorCall } from './operator-call.ts';
import { answer, type Refusals, refusalAnswer } from './reply.ts';
import type { Route } from './route.ts';
import { routes } from './routes.ts';

/** Whether a path belongs to the operators' side. */
export const isOperatorsPath = (path: string): boolean => path === '/admin' || path.startsWith('/admin/');

const byPath = Map.groupBy(routes, ({ path }) => path as string);

/** Counts a request against the flood limits of its address; refuses TOO_MANY_CALLS. */
export function limitOperators(call: OperatorCall, path: string): Promise<unknown> | undefined {
  const limits = (byPath.get(path) ?? []).map(({ perMinute }) => perMinute ?? 0);
  return limitNetworks(call, call.networks, path, Math.max(0, ...limits));
}

/** What else answers on the operators' side, behind the same door: undefined where nothing is there. */
export type More = (call: OperatorCall, path: string) => Promise<Answered | undefined>;

const NONE: Refusals = {};

function routeOf(call: OperatorCall, found: readonly Route[]): Route {
  const route = found.find(({ method }) => method === call.request.method);
  if (route) return route;
  call.setHeader('allow', found.map(({ method }) => method).join(', '));
  throw new Refusal('METHOD_NOT_ALLOWED');
}

async function serve(call: OperatorCall, path: string, found: readonly Route[]): Promise<Answered> {
  let refusals = NONE;
  try {
    const route = routeOf(call, found);
    refusals = route.refusals;
    return { response: answer(call, await route.serve(call)), code: 'OK' };
  } catch (error) {
    return refusalAnswer(call, error, path, refusals);
  } finally {
    call.closeBody();
  }
}

/**
 * Answers a request of the operators' side.
 * @param more what else is there
 * @returns undefined where the side is not there: for an address that is not among ADMIN_ADDRESSES, and while nobody
 *   is an operator
 */
export async function answerOperators(
  call: OperatorCall,
  path: string,
  more?: More,
): Promise<Answered | undefined> {
  if (!mayReach(call)) return undefined;
  try {
    if (!(await hasOperators(call.db))) return undefined;
    const found = byPath.get(path);
    return found ? await serve(call, path, found) : await more?.(call, path);
  } catch (error) {
    return refusalAnswer(call, error, path, NONE);
  }
}
