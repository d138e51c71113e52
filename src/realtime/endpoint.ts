import type * as z from 'zod';
import type { CallerEndpoint, OpenEndpoint, Shape } from '../http/endpoint.ts';
import type { CallerContext, OpenContext } from './context.ts';

/** Declares a call for logged-in users. */
export const endpoint = <const Params extends Shape, Data extends z.ZodType>(
  declaration: CallerEndpoint<Params, Data, CallerContext>,
): CallerEndpoint => declaration as unknown as CallerEndpoint; // the handler gets what its own params parsed

/**
 * Declares a call that anybody may make. The list of these is fixed (docs/decisions.md#identity), and a test checks
 * it.
 */
export const openEndpoint = <const Params extends Shape, Data extends z.ZodType>(
  declaration: Omit<OpenEndpoint<Params, Data, OpenContext>, 'open'>,
): OpenEndpoint => ({ ...declaration, open: true }) as unknown as OpenEndpoint; // as above
