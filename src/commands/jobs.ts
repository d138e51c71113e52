import { readConfig } from '../config.ts';
import { jobs, runJobs } from '../jobs.ts';
import { openBeside } from '../platform/home.bun.ts';
import type { Print } from './arguments.ts';
import { tellDatabase } from './database.ts';

/** Runs every scheduled job once, beside a running server or without one. */
export async function runAllJobs(print: Print): Promise<void> {
  const config = readConfig(process.env);
  tellDatabase(config);
  const home = await openBeside(config);
  try {
    await runJobs(home.platform);
    print(`Ran: ${jobs.map((job) => job.name).join(', ')}`);
  } finally {
    await home.close();
  }
}
