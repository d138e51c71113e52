import { mkdirSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { dirname, resolve } from 'node:path';
import scalarScript from '../../../node_modules/@scalar/api-reference/dist/browser/standalone.js' with {
  type: 'file',
};
import htmxScript from '../../../node_modules/htmx.org/dist/htmx.min.js' with { type: 'file' };
import consoleStyle from '../../console/assets/console.css' with { type: 'file' };
import consoleScript from '../../console/assets/console.js' with { type: 'file' };
import { CHINESE_WORDS } from '../../console/words/declared.ts';
import chineseWords from '../../console/words/declared.zh.json';
import { systemClock } from '../../core/clock.ts';
import { createIds } from '../../core/id-maker.ts';
import { createLog, type Log } from '../../core/log.ts';
import { messageOf } from '../../core/message-of.ts';
import { PASSWORD_COST } from '../../core/password-cost.ts';
import { Problem } from '../../core/problem.ts';
import { systemRandom } from '../../core/random.ts';
import type { Settings } from '../../core/settings.ts';
import { settleErasures } from '../../features/erasures/settle.ts';
import { createScreening } from '../../features/words/screening.ts';
import { trustedProxies } from '../../http/address.ts';
import { Intake } from '../../http/intake.ts';
import { createTokens } from '../../http/tokens.ts';
import { openChallenge } from '../../platform/challenge/open.ts';
import { createDb } from '../../platform/database/db.ts';
import type { GroupingExecutor } from '../../platform/database/executor.ts';
import { anywhere, createFitness, type Place } from '../../platform/database/fitness.ts';
import { takeServingLock } from '../../platform/database/lock.ts';
import { migrate } from '../../platform/database/migrate.ts';
import { databaseFile, openDatabase, openExisting, openFile } from '../../platform/database/open.ts';
import { embeddedPlace } from '../../platform/database/place.ts';
import { schemaStanding, standingProblem } from '../../platform/database/standing.ts';
import { diskErasures } from '../../platform/erasures/disk.ts';
import { diskFiles } from '../../platform/files/disk.ts';
import { bunThumbnails } from '../../platform/files/thumbnails.bun.ts';
import { memoryLimiter } from '../../platform/limiter/limiter.ts';
import { createMetrics } from '../../platform/metrics/metrics.ts';
import { openPush } from '../../platform/push/open.ts';
import { openSms } from '../../platform/sms/open.ts';
import { openTrace } from '../../platform/trace/trace.ts';
import type { Platform } from '../../realtime/context.ts';
import { framesAMinuteOf } from '../../realtime/frame-limit.ts';
import { Realtime } from '../../realtime/realtime.ts';
import { noSockets } from '../../realtime/sockets.ts';
import { seedDemo } from '../demo.ts';
import { openInstance } from '../keys.ts';
import { lastId } from '../last-id.ts';
import { createPayments, createPayouts } from '../payments.ts';
import { seed } from '../seed.ts';
import { closeDataFolder, erasuresFile, uploadsFolder } from './data-folder.ts';
import { memoryLive } from './live.ts';
import { bunPack } from './pack.ts';
import { watched } from './watched.ts';

/** How often senders of bodies that are too slow are looked for. */
const SWEEP_MS = 1000;

/** A platform on Bun, and what must be closed at its end. */
export interface BunHome {
  readonly platform: Platform;
  readonly executor: GroupingExecutor;
  /** Must be started where clients can connect. */
  readonly realtime: Realtime;
  /** Waits for work that outlived its answer, then closes the database. */
  close(): Promise<void>;
}

const assets: Readonly<Record<string, string>> = {
  'docs/scalar.js': scalarScript,
  'console/htmx.js': htmxScript,
  'console/console.css': consoleStyle,
  'console/console.js': consoleScript,
};

async function asset(name: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (name === CHINESE_WORDS) return new TextEncoder().encode(JSON.stringify(chineseWords));
  const path = Object.hasOwn(assets, name) ? assets[name] : undefined;
  return path === undefined ? undefined : Bun.file(path).bytes();
}

/** An address under which a phone in the same network reaches a server that listens on every address. */
export const lanAddress = (): string | undefined =>
  Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .find((entry) => entry.family === 'IPv4' && !entry.internal)?.address;

/** What a home is opened on. */
interface Ground {
  readonly executor: GroupingExecutor;
  readonly place: Place;
  /** Whether the database gets what a new one lacks: the instance's secrets, seeds. */
  readonly isServer: boolean;
  release(): void;
}

/** Uploads are refused while DISK_FREE_MIN_BYTES are not free; a server that has not even this part of it is not ready. */
const SERVABLE_PART = 8;

/** The embedded database that this process serves from now on, alone. */
function serveFile(config: Settings, file: string): Ground {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const lock = takeServingLock(file);
  if (!lock) throw new Problem(`Another server runs on ${resolve(file)}: one database has one server.`);
  try {
    const executor = openFile(file);
    const folders = [dirname(file), config.DATA_DIR];
    const floor = config.DISK_FREE_MIN_BYTES / SERVABLE_PART;
    const place = embeddedPlace(file, executor.isFull, folders, floor);
    return { executor, place, isServer: true, release: lock.release };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** The database of a server, brought to this version's schema. */
async function groundToServe(config: Settings): Promise<Ground> {
  const file = databaseFile(config);
  const ground = file
    ? serveFile(config, file)
    : {
        executor: openDatabase(config, systemClock, systemRandom),
        place: anywhere,
        isServer: true,
        release() {},
      };
  try {
    await migrate(ground.executor, systemClock.now(), undefined, config.ACCEPT_MIGRATIONS);
    const problem = standingProblem(await schemaStanding(ground.executor, config.ACCEPT_MIGRATIONS));
    if (problem) throw problem;
    return ground;
  } catch (error) {
    await ground.executor.close();
    ground.release();
    throw error;
  }
}

/**
 * Opens everything that a self-hosted server needs: the database, brought to this version's schema, files on
 * disk, the sandbox's or the production's providers. An embedded database has one server: a second one is refused
 * (`Problem`).
 * @param publicUrl the base of absolute URLs where PUBLIC_URL is not set
 */
export async function openBunHome(config: Settings, publicUrl: string): Promise<BunHome> {
  const log = createLog((line) => void process.stdout.write(`${line}\n`), systemClock.now);
  const paths = closeDataFolder(config);
  if (paths.length > 0) log.info('closed to other users', { paths });
  return openHome(config, publicUrl, await groundToServe(config), log);
}

/**
 * The same for a command that works beside a server: on a database that is there and has this program's schema. It
 * makes, migrates and seeds nothing. Throws `Problem`.
 */
export async function openBeside(config: Settings): Promise<BunHome> {
  const executor = await openExisting(config, systemClock, systemRandom);
  const log = createLog((line) => void process.stdout.write(`${line}\n`), systemClock.now);
  return openHome(
    config,
    config.PUBLIC_URL,
    { executor, place: anywhere, isServer: false, release() {} },
    log,
  );
}

async function openHome(config: Settings, publicUrl: string, ground: Ground, log: Log): Promise<BunHome> {
  try {
    return await furnish(config, publicUrl, ground, log);
  } catch (error) {
    await ground.executor.close();
    ground.release();
    throw error;
  }
}

async function furnish(config: Settings, publicUrl: string, ground: Ground, log: Log): Promise<BunHome> {
  const { executor } = ground;
  const metrics = createMetrics('bun');
  const trace = openTrace(config, { clock: systemClock, random: systemRandom, log });
  const db = createDb(
    watched(executor, (rings) => realtime.changed(rings)),
    metrics.database,
  );
  const framesAMinute = framesAMinuteOf(config);
  const realtime = new Realtime({ db, clock: systemClock, random: systemRandom, log, framesAMinute });
  const keys = await openInstance(config, db, systemRandom, ground.isServer);
  const hashing = { random: systemRandom, passwordCost: PASSWORD_COST };
  if (ground.isServer) {
    await seed(db, config, systemClock.now());
    if (config.DEMO) await seedDemo(db, hashing, systemClock.now());
  }
  const intake = new Intake(config, systemClock);
  const sweeping = setInterval(() => intake.sweep(), SWEEP_MS);
  sweeping.unref();
  const running = new Set<Promise<unknown>>();
  const money = { db, clock: systemClock, random: systemRandom };
  const platform: Platform = {
    config,
    keys,
    db,
    clock: systemClock,
    ...hashing,
    ids: createIds(systemClock, systemRandom, await lastId(db)),
    files: diskFiles(uploadsFolder(config)),
    thumbnails: bunThumbnails(),
    sms: openSms(config, systemClock, systemRandom),
    challenge: openChallenge(config, systemClock, systemRandom),
    push: openPush(config, systemClock, systemRandom),
    payments: createPayments(config, config.PUBLIC_URL || publicUrl, money),
    payouts: createPayouts(config, config.PUBLIC_URL || publicUrl, money),
    limiter: memoryLimiter(systemClock),
    intake,
    live: memoryLive(systemClock),
    doorbell: realtime.hub.bells,
    erasures: diskErasures(erasuresFile(config)),
    sockets: noSockets,
    tokens: createTokens(keys.session),
    trusted: trustedProxies(config.TRUSTED_PROXIES),
    publicUrl: config.PUBLIC_URL || publicUrl,
    log,
    metrics,
    screening: createScreening(true),
    ownFiles: undefined,
    trace,
    fitness: createFitness(executor, ground.place, config.ACCEPT_MIGRATIONS),
    asset,
    pack: bunPack,
    later(work) {
      running.add(work);
      const forget = () => void running.delete(work);
      work.then(forget, (error: unknown) => {
        forget();
        log.error('fault', { error: messageOf(error) });
      });
    },
  };
  if (ground.isServer) await settleErasures(platform);
  return {
    platform,
    executor,
    realtime,
    async close() {
      clearInterval(sweeping);
      await realtime.stop();
      await trace?.close();
      await Promise.allSettled(running);
      await executor.close();
      ground.release();
    },
  };
}
