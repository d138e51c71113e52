import { readConfig } from '../config.ts';
import { openBeside } from '../homes/bun/home.ts';
import { jobs, runJobs } from '../jobs.ts';
import { isEmbedded } from '../platform/database/open.ts';
import type { Print } from './arguments.ts';
import { tellDatabase } from './database.ts';

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
    await runJobs(home.platform, chosen);
    print(`Ran: ${chosen.map((job) => job.name).join(', ')}`);
  } finally {
    await home.close();
  }
}
