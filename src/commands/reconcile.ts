import { readConfig } from '../config.ts';
import { systemClock } from '../core/clock.ts';
import { systemRandom } from '../core/random.ts';
import { reconcile } from '../holds.ts';
import { createDb } from '../platform/database/db.ts';
import { openToLook } from '../platform/database/open.ts';
import { standingProblem } from '../platform/database/standing.ts';
import type { Print } from './arguments.ts';
import { tellDatabase } from './database.ts';

/**
 * Proves the invariants of the money, beside a running server or without one. Needs no secret. Throws `Problem` where
 * there is no database, or not one of this version: books that are not there do not balance.
 * @returns false when something is wrong; what it is has been printed
 */
export async function reconcileDatabase(print: Print): Promise<boolean> {
  const config = readConfig(process.env);
  tellDatabase(config);
  const { executor, standing } = await openToLook(config, systemClock, systemRandom);
  try {
    // Where a trigger is missing, the books may be wrong as well: both are told.
    const missing = standing.state === 'incomplete' ? standing.missing.join(', ') : '';
    const problem = missing ? undefined : standingProblem(standing);
    if (problem) throw problem;
    if (missing) print(`WRONG  the database is whole: ${missing} should be there and is not`);
    const findings = await reconcile(createDb(executor));
    for (const { check, detail } of findings) print(`WRONG  ${check}: ${detail}`);
    const holds = findings.length === 0 && !missing;
    if (holds) print('The books balance.');
    return holds;
  } finally {
    await executor.close();
  }
}
