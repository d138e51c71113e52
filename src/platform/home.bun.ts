import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import scalarScript from '../../node_modules/@scalar/api-reference/dist/browser/standalone.js' with {
  type: 'file',
};
import type { Config } from '../config.ts';
import type { Platform } from '../context.ts';
import { seedDemo } from '../demo.ts';
import { trustedProxies } from '../http/address.ts';
import { createTokens } from '../http/tokens.ts';
import { openInstance } from '../keys.ts';
import { createPayments, createPayouts } from '../payments.ts';
import { Realtime } from '../realtime/realtime.ts';
import { noSockets } from '../realtime/sockets.ts';
import { seed } from '../seed.ts';
import { systemClock } from './clock.ts';
import { createDb } from './database/db.ts';
import type { Executor } from './database/executor.ts';
import { migrate } from './database/migrate.ts';
import { openDatabase } from './database/open.ts';
import { watched } from './database/watched.ts';
import { diskFiles } from './files.disk.ts';
import { createIds } from './ids.ts';
import { memoryLimiter } from './limiter.ts';
import { memoryLive } from './live.memory.ts';
import { createLog } from './log.ts';
import { openPush } from './push.open.ts';
import { systemRandom } from './random.ts';
import { openSms } from './sms.open.ts';
import { bunThumbnails } from './thumbnails.bun.ts';

/** A platform on Bun, and what must be closed at its end. */
export interface BunHome {
  readonly platform: Platform;
  readonly executor: Executor;
  /** Must be started where clients can connect. */
  readonly realtime: Realtime;
  /** Waits for work that outlived its answer, then closes the database. */
  close(): Promise<void>;
}

const assets: Readonly<Record<string, { path: string; type: string }>> = {
  'scalar.js': { path: scalarScript, type: 'text/javascript; charset=utf-8' },
};

async function asset(name: string): Promise<Response | undefined> {
  const found = Object.hasOwn(assets, name) ? assets[name] : undefined;
  if (!found) return undefined;
  const headers = {
    'content-type': found.type,
    'cache-control': 'public, max-age=3600',
    'x-content-type-options': 'nosniff',
  };
  return new Response(Bun.file(found.path), { headers });
}

/** The database that the settings name, to show: DATABASE_URL, else a file under DATA_DIR. */
export const databaseUrl = (config: Config): string =>
  config.DATABASE_URL || `file:${join(config.DATA_DIR, 'teahouse.db')}`;

/** An address under which a phone in the same network reaches a server that listens on every address. */
export const lanAddress = (): string | undefined =>
  Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .find((entry) => entry.family === 'IPv4' && !entry.internal)?.address;

/**
 * Opens everything that a self-hosted server needs: the database, brought to this version's schema, files on
 * disk, the sandbox's or the production's providers.
 * @param publicUrl the base of absolute URLs where PUBLIC_URL is not set
 */
export async function openBunHome(config: Config, publicUrl: string): Promise<BunHome> {
  const executor = openDatabase(config, systemClock, systemRandom);
  await migrate(executor, systemClock.now());
  const log = createLog((line) => void process.stdout.write(`${line}\n`), systemClock.now);
  const db = createDb(watched(executor, (tables) => realtime.changed(tables)));
  const realtime = new Realtime({ db, clock: systemClock, random: systemRandom, log });
  const keys = await openInstance(config, db, systemRandom);
  await seed(db, config, systemClock.now());
  if (config.DEMO) await seedDemo(db, systemRandom, systemClock.now());
  const running = new Set<Promise<unknown>>();
  const money = { db, clock: systemClock, random: systemRandom };
  const platform: Platform = {
    config,
    keys,
    db,
    clock: systemClock,
    random: systemRandom,
    ids: createIds(systemClock, systemRandom),
    files: diskFiles(join(config.DATA_DIR, 'files')),
    thumbnails: bunThumbnails(),
    sms: openSms(config, systemClock, systemRandom),
    push: openPush(config, systemClock, systemRandom),
    payments: createPayments(config, config.PUBLIC_URL || publicUrl, money),
    payouts: createPayouts(config, config.PUBLIC_URL || publicUrl, money),
    limiter: memoryLimiter(systemClock),
    live: memoryLive(systemClock),
    doorbell: realtime.hub.bells,
    sockets: noSockets,
    tokens: createTokens(keys.session),
    trusted: trustedProxies(config.TRUSTED_PROXIES),
    publicUrl: config.PUBLIC_URL || publicUrl,
    log,
    asset,
    later(work) {
      running.add(work);
      const forget = () => void running.delete(work);
      work.then(forget, (error: unknown) => {
        forget();
        log.error('fault', { error: error instanceof Error ? error.message : typeof error });
      });
    },
  };
  return {
    platform,
    executor,
    realtime,
    async close() {
      await realtime.stop();
      await Promise.allSettled(running);
      await executor.close();
    },
  };
}
