import { readConfig } from '../config.ts';
import { jobs, runJobs } from '../jobs.ts';
import { openBunHome } from '../platform/home.bun.ts';

/** Runs every scheduled job once, beside a running server or without one. */
export async function runAllJobs(print: (text: string) => void): Promise<void> {
  const config = readConfig(process.env);
  const home = await openBunHome(config, config.PUBLIC_URL);
  await runJobs(home.platform);
  await home.close();
  print(`Ran: ${jobs.map((job) => job.name).join(', ')}`);
}
