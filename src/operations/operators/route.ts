import type * as z from 'zod';
import { refuse } from '../../http/failure.ts';
import { loggedIn } from './identify.ts';
import { jsonBody } from './json-body.ts';
import type { OperatorCall } from './operator-call.ts';
import { refuseForeign } from './own-origin.ts';
import type { Refusals } from './reply.ts';
import type { LoggedIn } from './self.ts';

/** A call about an operator's own account: how it is reached, what it takes and how it refuses. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: `/admin/api/${string}`;
  readonly summary: string;
  /** The JSON object that it takes; none where it takes nothing. */
  readonly body: z.ZodType | undefined;
  /** True for whoever is not logged in yet. */
  readonly isOpen: boolean;
  readonly refusals: Refusals;
  /** Calls per minute and network, where the general limit is too generous. */
  readonly perMinute: number | undefined;
  /** @returns what the answer says in JSON */
  serve(call: OperatorCall): Promise<unknown>;
}

interface Described<Body extends z.ZodType | undefined> {
  readonly method: Route['method'];
  readonly path: Route['path'];
  readonly summary: string;
  readonly body: Body;
  readonly refusals?: Refusals;
  readonly perMinute?: number;
}
type BodyOf<Body> = Body extends z.ZodType ? z.output<Body> : undefined;

const bodyOf = async <Body extends z.ZodType | undefined>(call: OperatorCall, body: Body) =>
  (body ? await jsonBody(call, body) : undefined) as BodyOf<Body>; // what the schema says

/** Declares a call of whoever is not logged in. */
export const openRoute = <Body extends z.ZodType | undefined>({
  handler,
  refusals = {},
  perMinute,
  ...described
}: Described<Body> & { handler(call: OperatorCall, body: BodyOf<Body>): Promise<unknown> }): Route => ({
  ...described,
  refusals,
  perMinute,
  isOpen: true,
  async serve(call) {
    refuseForeign(call, false);
    return handler(call, await bodyOf(call, described.body));
  },
});

/** Declares a call of an operator who is logged in. A program's token is not: these are people's own affairs. */
export type OwnRoute = <Body extends z.ZodType | undefined>(
  declared: Described<Body> & {
    handler(call: OperatorCall, self: LoggedIn, body: BodyOf<Body>): Promise<unknown>;
  },
) => Route;
export const ownRoute: OwnRoute = ({ handler, refusals = {}, perMinute, ...described }) => ({
  ...described,
  refusals,
  perMinute,
  isOpen: false,
  async serve(call) {
    const self = (await loggedIn(call)) ?? refuse('NOT_LOGGED_IN');
    return handler(call, self, await bodyOf(call, described.body));
  },
});
