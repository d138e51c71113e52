import { Hono } from 'hono';
import { BadConfig } from '../core/bad-config.ts';
import { type Unfit, unfitness } from '../platform/database/fitness.ts';
import { lacksTables, WrongSchema } from '../platform/database/standing.ts';
import type { Home } from './context.ts';

const state = (body: Unfit, httpStatus: number) =>
  Response.json(body, { status: httpStatus, headers: { 'cache-control': 'no-store' } });

/** The process answers. */
export const alive = () => state({ status: 'ok' }, 200);

function whyUnready(error: unknown): Unfit {
  if (error instanceof WrongSchema) return unfitness(error.standing) ?? { status: 'database away' };
  if (error instanceof BadConfig) return { status: 'misconfigured' };
  return { status: lacksTables(error) ? 'not migrated' : 'database away' };
}

/** Why the database cannot be used, in a word for an operator. */
export const unready = (error: unknown): Response => state(whyUnready(error), 503);

/**
 * `/healthz`: the process answers. `/readyz`: so does its database, which has this version's schema, lies where it was
 * opened, and has room.
 */
export const health = new Hono<{ Bindings: Home }>().get('/healthz', alive).get('/readyz', async (c) => {
  try {
    const problem = await c.env.platform.fitness.problem();
    return problem ? state(problem, 503) : state({ status: 'ready' }, 200);
  } catch (error) {
    return unready(error);
  }
});
