import { readConfig } from '../../config.ts';
import { BadConfig } from '../../core/bad-config.ts';
import { systemClock } from '../../core/clock.ts';
import { createIds } from '../../core/id-maker.ts';
import { createLog } from '../../core/log.ts';
import { PASSWORD_COST } from '../../core/password-cost.ts';
import { systemRandom } from '../../core/random.ts';
import type { Settings } from '../../core/settings.ts';
import { settleErasures } from '../../features/erasures/settle.ts';
import type { CodeAnswer, CodeMessage } from '../../features/scan-login/code.ts';
import type { Shake, Shaken } from '../../features/shake/matcher.ts';
import { createScreening } from '../../features/words/screening.ts';
import { Intake } from '../../http/intake.ts';
import type { PageAnswer, PageMessage } from '../../http/page-memory.ts';
import { createTokens } from '../../http/tokens.ts';
import { openChallenge } from '../../platform/challenge/open.ts';
import { createDb } from '../../platform/database/db.ts';
import { libsqlExecutor } from '../../platform/database/executor.libsql.ts';
import { WritesPaused } from '../../platform/database/executor.ts';
import { anywhere, createFitness } from '../../platform/database/fitness.ts';
import { schemaStanding, standingProblem } from '../../platform/database/standing.ts';
import { r2Erasures } from '../../platform/erasures/r2.ts';
import { r2OwnFiles } from '../../platform/files/own-files.ts';
import { r2Files } from '../../platform/files/r2.ts';
import { imagesThumbnails } from '../../platform/files/thumbnails.images.ts';
import { memoryLimiter } from '../../platform/limiter/limiter.ts';
import { bindingLimiter } from '../../platform/limiter/worker.ts';
import { durableActors, type LiveNamespace } from '../../platform/live/durable.ts';
import { createMetrics } from '../../platform/metrics/metrics.ts';
import { openPush } from '../../platform/push/open.ts';
import { openSms } from '../../platform/sms/open.ts';
import { openTrace } from '../../platform/trace/trace.ts';
import type { Platform } from '../../realtime/context.ts';
import { pollingDoorbell } from '../../realtime/doorbell.ts';
import { openInstance } from '../keys.ts';
import { lastId } from '../last-id.ts';
import { createPayments, createPayouts } from '../payments.ts';
import { seed } from '../seed.ts';
import { announcing } from './announcing.ts';
import { durableSockets, type InboxNamespace, type ShowingStub, wakeAll } from './wake.ts';

/** What wrangler.toml binds; settings and secrets are bindings of their own names. */
export interface Bindings {
  readonly FILES: R2Bucket;
  readonly ASSETS: Fetcher;
  readonly IMAGES?: ImagesBinding;
  readonly PAGES: LiveNamespace<PageMessage, PageAnswer>;
  readonly SCAN_CODES: LiveNamespace<CodeMessage, CodeAnswer>;
  readonly INBOX: InboxNamespace<ShowingStub>;
  readonly SHAKE: LiveNamespace<Shake, Shaken>;
  readonly [setting: string]: unknown;
}

/** How often a waiting `sync` looks: a Worker is not told of what others write. */
const LOOK_MS = 2000;

/** What outlives a request. An isolate serves many at once, and what does I/O belongs to one: so, plain data only. */
type Instance = Pick<
  Platform,
  'config' | 'keys' | 'ids' | 'tokens' | 'limiter' | 'intake' | 'log' | 'metrics' | 'screening' | 'trace'
>;

/** For what has no platform, because none can be opened. */
// biome-ignore lint/suspicious/noConsole: on Workers the console is where log lines go
export const workerLog = createLog((line) => console.log(line), systemClock.now);

/** The same settings as everywhere, with what only a Worker needs. Throws `BadConfig`. */
export function workerConfig(bindings: Readonly<Record<string, unknown>>): Settings {
  if (!bindings['MODE']) {
    throw new BadConfig(['MODE must be set on a Worker: "production", or "sandbox" for play.']);
  }
  const config = readConfig(bindings);
  if (!/^(libsql|https?):\/\//.test(config.DATABASE_URL)) {
    throw new BadConfig(['DATABASE_URL must be "libsql://…" or "https://…": a Worker has no files.']);
  }
  if (config.PUSH_PROVIDERS.includes('apns')) {
    throw new BadConfig([
      'PUSH_PROVIDERS: apns needs HTTP/2, which a Worker does not offer: take another one for iOS.',
    ]);
  }
  return config;
}

const openExecutor = (config: Settings) =>
  libsqlExecutor({
    url: config.DATABASE_URL,
    authToken: config.DATABASE_AUTH_TOKEN,
    timeoutMs: config.DATABASE_TIMEOUT_MS,
    clock: systemClock,
    random: systemRandom,
  });

/** How long an isolate believes that the schema is still its own. */
const SCHEMA_LOOK_MS = 60_000;

async function openShared(bindings: Bindings): Promise<Instance> {
  const config = workerConfig(bindings);
  const executor = openExecutor(config);
  lookedAt = systemClock.now();
  const problem = standingProblem(await schemaStanding(executor, config.ACCEPT_MIGRATIONS));
  if (problem) throw problem;
  const db = createDb(executor);
  const keys = await openInstance(config, db, systemRandom);
  await seed(db, config, systemClock.now());
  return {
    config,
    keys,
    ids: createIds(systemClock, systemRandom, await lastId(db)),
    tokens: createTokens(keys.session),
    limiter: memoryLimiter(systemClock),
    intake: new Intake(config, systemClock, true),
    log: workerLog,
    metrics: createMetrics('worker'),
    screening: createScreening(false),
    trace: openTrace(config, { clock: systemClock, random: systemRandom, log: workerLog }),
  };
}

/**
 * Looks now and then, beside a request, whether the schema is still this Worker's: a newer one ends its service, and
 * the next request is told so.
 */
function lookAtSchema({ config }: Instance, waitUntil: (work: Promise<unknown>) => void): void {
  const now = systemClock.now();
  if (now - lookedAt < SCHEMA_LOOK_MS) return;
  lookedAt = now;
  const look = async () => {
    const { state } = await schemaStanding(openExecutor(config), config.ACCEPT_MIGRATIONS);
    if (state !== 'ours') shared = undefined;
  };
  // A database that is away is each call's own to find.
  waitUntil(look().catch(() => {}));
}

let lookedAt = 0;
let isSettled = false;

/** @returns false where a backup keeps writers out meanwhile: the next request tries again */
async function settled(platform: Platform): Promise<boolean> {
  try {
    await settleErasures(platform);
    return true;
  } catch (error) {
    if (error instanceof WritesPaused) return false;
    throw error;
  }
}

/** The value and never a promise of it: one request must not wait for another's I/O. */
let shared: Instance | undefined;

/**
 * The platform of one request on Workers. The first one of an isolate reads the instance's keys, too.
 * Throws `BadConfig`, or what the database said.
 * @param origin the base of absolute URLs where PUBLIC_URL is not set: the Worker answers on its own routes only
 */
export async function openWorkerHome(
  bindings: Bindings,
  context: Pick<ExecutionContext, 'waitUntil'>,
  origin: string,
): Promise<Platform> {
  shared ??= await openShared(bindings);
  const { config } = shared;
  lookAtSchema(shared, (work) => context.waitUntil(work));
  const wake = (users: Promise<ReadonlySet<number>>) =>
    context.waitUntil(users.then((all) => wakeAll(bindings.INBOX, [...all])));
  const db = createDb(announcing(openExecutor(config), wake), shared.metrics.database);
  const publicUrl = config.PUBLIC_URL || origin;
  const money = { db, clock: systemClock, random: systemRandom };
  const platform: Platform = {
    ...shared,
    db,
    clock: systemClock,
    random: systemRandom,
    passwordCost: PASSWORD_COST,
    files: r2Files(bindings.FILES),
    ownFiles: r2OwnFiles(bindings.FILES),
    thumbnails: imagesThumbnails(bindings.IMAGES),
    sms: openSms(config, systemClock, systemRandom),
    challenge: openChallenge(config, systemClock, systemRandom),
    push: openPush(config, systemClock, systemRandom),
    payments: createPayments(config, publicUrl, money),
    payouts: createPayouts(config, publicUrl, money),
    limiter: bindingLimiter(bindings, shared.limiter),
    doorbell: pollingDoorbell(LOOK_MS),
    erasures: r2Erasures(bindings.FILES),
    sockets: durableSockets(bindings.INBOX),
    live: {
      pages: durableActors(bindings.PAGES),
      scanCodes: durableActors(bindings.SCAN_CODES),
      shake: durableActors(bindings.SHAKE),
    },
    // The peer is Cloudflare's own word for the client, so that nothing is forwarded.
    trusted: { has: () => false },
    publicUrl,
    fitness: createFitness(openExecutor(config), anywhere, config.ACCEPT_MIGRATIONS),
    async asset(name) {
      const found = await bindings.ASSETS.fetch(new Request(`https://assets/${name}`));
      return found.ok ? new Uint8Array(await found.arrayBuffer()) : undefined;
    },
    later: (work) => context.waitUntil(work),
  };
  // A database that was restored comes back without what was taken down since.
  if (!isSettled) isSettled = await settled(platform);
  return platform;
}
