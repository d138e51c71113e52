import { migrate } from '../../src/platform/database/migrate.ts';
import { executorOn } from './adapters.ts';
import { type TestApp, testApp } from './app.ts';
import type { Sqld } from './sqld.ts';
import type { Workerd } from './workerd.ts';

const SESSION_SECRET = 'the Worker and this process sign alike';

/** A Worker and the application of this process on one database; each takes the other's tokens. */
export interface WorkerBeside<Worker extends Workerd> {
  readonly app: TestApp;
  readonly worker: Worker;
  stop(): Promise<void>;
}

/**
 * Starts both on a fresh sqld.
 * @param start starts the Worker with these settings, and any of its own
 */
export async function workerBeside<Worker extends Workerd>(
  sqld: Sqld,
  start: (settings: Readonly<Record<string, string>>) => Promise<Worker>,
): Promise<WorkerBeside<Worker>> {
  const executor = executorOn(sqld);
  await migrate(executor, 0);
  const app = await testApp({ executor, env: { SESSION_SECRET } });
  const settings = {
    MODE: 'sandbox',
    LOG: 'off',
    RATE_LIMITS: 'off',
    SESSION_SECRET,
    DATABASE_URL: sqld.url,
    DATABASE_AUTH_TOKEN: sqld.token,
  };
  try {
    const worker = await start(settings);
    const stop = async () => {
      await worker.stop();
      await app.close();
    };
    return { app, worker, stop };
  } catch (error) {
    await app.close();
    throw error;
  }
}
