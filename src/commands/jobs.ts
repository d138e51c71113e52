import { readConfig } from '../config.ts';
import { openBeside } from '../homes/bun/home.ts';
import { jobs, type Outcome, runJobs } from '../jobs.ts';
import { isEmbedded } from '../platform/database/is-embedded.ts';
import type { Print } from './arguments.ts';
import { tellDatabase } from './database.ts';

/** As `12 done, 3 too late`. */
const told = (outcome: Outcome): string =>
  Object.entries(outcome)
    .filter(([, count]) => count > 0)
    .map(([fact, count]) => `${count} ${fact.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}`)
    .join(', ');

/**
 * Runs every scheduled job once, beside a running server or without one. Those that work on files run only where the
 * database is embedded: the files of a remote one are wherever its server is.
 */
export async function runAllJobs(print: Print): Promise<void> {
  const config = readConfig(process.env);
  tellDatabase(config);
  const chosen = jobs.filter(({ usesFiles }) => !usesFiles || isEmbedded(config));
  const home = await openBeside(config);
  try {
    const outcomes = await runJobs(home.platform, chosen);
    print(`Ran: ${chosen.map((job) => job.name).join(', ')}`);
    for (const [name, outcome] of outcomes) print(`${name}: ${told(outcome)}`);
  } finally {
    await home.close();
  }
}
