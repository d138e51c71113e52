import { Buffer } from 'node:buffer';
import { createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { CHINESE_WORDS } from '../../src/console/words/declared.ts';
import chineseWords from '../../src/console/words/declared.zh.json';
import { createIds } from '../../src/core/id-maker.ts';
import { silentLog } from '../../src/core/log.ts';
import type { PasswordCost } from '../../src/core/password-cost.ts';
import { type Random, systemRandom } from '../../src/core/random.ts';
import type { Settings } from '../../src/core/settings.ts';
import { endpoints } from '../../src/endpoints.ts';
import { hashPassword } from '../../src/features/sessions/password.ts';
import { createScreening } from '../../src/features/words/screening.ts';
import { memoryLive } from '../../src/homes/bun/live.ts';
import { watched } from '../../src/homes/bun/watched.ts';
import { openInstance } from '../../src/homes/keys.ts';
import { createPayments, createPayouts } from '../../src/homes/payments.ts';
import { seed } from '../../src/homes/seed.ts';
import { trustedProxies } from '../../src/http/address.ts';
import type { Endpoint } from '../../src/http/endpoint.ts';
import { Intake } from '../../src/http/intake.ts';
import { md5Of } from '../../src/http/params.ts';
import { createTokens } from '../../src/http/tokens.ts';
import type { IdentifyOperator } from '../../src/operations/actor.ts';
import { createDb } from '../../src/platform/database/db.ts';
import type { Executor } from '../../src/platform/database/executor.ts';
import { anywhere, createFitness } from '../../src/platform/database/fitness.ts';
import { memoryErasures } from '../../src/platform/erasures/erasures.ts';
import { memoryLimiter } from '../../src/platform/limiter/limiter.ts';
import { createMetrics } from '../../src/platform/metrics/metrics.ts';
import { sandboxSms } from '../../src/platform/sms/sandbox.ts';
import type { Platform } from '../../src/realtime/context.ts';
import { framesAMinuteOf } from '../../src/realtime/frame-limit.ts';
import { Realtime } from '../../src/realtime/realtime.ts';
import { noSockets } from '../../src/realtime/sockets.ts';
import { checkContent } from './contents.ts';
import { freshDatabase } from './database.ts';
import { memoryFiles } from './files.ts';
import { checkReply } from './replies.ts';

/** The cheapest scrypt, so that passwords cost tests no time. What they cost for real has a test of its own. */
export const CHEAP: PasswordCost = { ln: 1, r: 1, p: 1 };

/** A clock that stands still until it is moved. */
export class HeldClock {
  time = Date.UTC(2026, 10, 22, 12);
  now = (): number => this.time;
  advance(ms: number): void {
    this.time += ms;
  }
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly code: string;
  // Tests look into replies freely; their shape has been compared with the declaration.
  // biome-ignore lint/suspicious/noExplicitAny: the one place where a reply's shape is not known to the compiler
  readonly data: any;
}

export interface CallOptions {
  readonly token?: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  /** The peer's address; 127.0.0.1 by default. */
  readonly from?: string;
}

export type Params = Readonly<Record<string, string | number>>;

export interface TestApp {
  readonly platform: Platform;
  readonly clock: HeldClock;
  readonly executor: Executor;
  /** Sends a request as it is. */
  fetch(request: Request, from?: string): Promise<Response>;
  /** Calls an endpoint with urlencoded parameters; the reply must have the declared shape. */
  call(path: string, params?: Params, options?: CallOptions): Promise<Reply>;
  /** Rows of a query, for what no reply shows. */
  sql(text: string, ...params: (string | number)[]): Promise<readonly (readonly unknown[])[]>;
  close(): Promise<void>;
}

export interface AppOptions {
  /** Settings, as environment variables. RATE_LIMITS is off unless set here. */
  readonly env?: Readonly<Record<string, string>>;
  readonly executor?: Executor;
  /** One of its own unless given. */
  readonly clock?: HeldClock;
  /** The system's unless given. Two processes on one database need each their own. */
  readonly random?: Random;
  readonly platform?: Partial<Platform>;
  readonly endpoints?: readonly Endpoint[];
  /** Who makes a call of the operators' side, where sessions and tokens are not what is tested. */
  readonly identify?: IdentifyOperator;
}

/** The application in a test: real migrations on an in-memory database, a held clock, sandbox providers. */
export async function testApp(options: AppOptions = {}): Promise<TestApp> {
  const { clock = new HeldClock(), random = systemRandom } = options;
  // Set afterwards: production refuses to start without limits, and a test is one address with the calls of many.
  const { RATE_LIMITS = 'off', ...env } = options.env ?? {};
  const config: Settings = { ...readConfig(env), RATE_LIMITS: RATE_LIMITS === 'on' ? 'on' : 'off' };
  const executor = options.executor ?? (await freshDatabase()).executor;
  const metrics = createMetrics('bun');
  const db = createDb(
    watched(executor, (rings) => realtime.changed(rings)),
    metrics.database,
  );
  const realtime = new Realtime({
    db,
    clock,
    random,
    log: silentLog,
    framesAMinute: framesAMinuteOf(config),
  });
  const keys = await openInstance(config, db, random);
  await seed(db, config, clock.now());
  const publicUrl = config.PUBLIC_URL || 'http://127.0.0.1:8787';
  const platform: Platform = {
    config,
    keys,
    db,
    clock,
    random,
    passwordCost: CHEAP,
    ids: createIds(clock, random),
    files: memoryFiles(),
    thumbnails: { shrink: async () => undefined },
    sms: sandboxSms,
    challenge: undefined,
    push: new Map(),
    payments: createPayments(config, publicUrl, { db, clock, random }),
    payouts: createPayouts(config, publicUrl, { db, clock, random }),
    limiter: memoryLimiter(clock),
    intake: new Intake(config, clock),
    live: memoryLive(clock),
    doorbell: realtime.hub.bells,
    erasures: memoryErasures(),
    sockets: noSockets,
    tokens: createTokens(keys.session),
    trusted: trustedProxies(config.TRUSTED_PROXIES),
    publicUrl,
    log: silentLog,
    screening: createScreening(true),
    ownFiles: undefined,
    metrics,
    trace: undefined,
    fitness: createFitness(executor, anywhere, []),
    asset: async (name) =>
      name === CHINESE_WORDS ? new TextEncoder().encode(JSON.stringify(chineseWords)) : undefined,
    later: () => {},
    ...options.platform,
  };
  await realtime.start(true);
  const app = createApp(options.endpoints, options.identify);
  const send = async (request: Request, from = '127.0.0.1') =>
    app.fetch(request, { platform, peer: () => from, peerPort: () => PEER_PORT });
  return {
    platform,
    clock,
    executor,
    fetch: send,
    async call(path, params = {}, { token, method = 'POST', headers = {}, from } = {}) {
      const query = new URLSearchParams(
        Object.entries(params).map(([name, value]): [string, string] => [name, String(value)]),
      );
      const url = `http://teahouse.test${path}`;
      const all = { ...headers, ...(token ? { authorization: `Bearer ${token}` } : {}) };
      const request =
        method === 'GET'
          ? new Request(`${url}?${query}`, { headers: all })
          : new Request(url, { method, headers: all, body: query });
      const response = await send(request, from);
      const { code, data } = checkReply(options.endpoints ?? endpoints, path, await response.text());
      return { status: response.status, headers: response.headers, code, data };
    },
    async sql(text, ...params) {
      const [result] = await executor.read([{ sql: text, params, kind: 'rows' }]);
      return result?.rows ?? [];
    },
    async close() {
      await realtime.stop();
      await executor.close();
    },
  };
}

export interface Person {
  readonly id: number;
  readonly mobile: string;
  readonly token: string;
  /** Calls as this person. */
  call(path: string, params?: Params, options?: CallOptions): Promise<Reply>;
  /** Events that wait for this person, oldest first: type, sender, destination and content, which is as described. */
  events(): Promise<{ type: number; from: number; fromType: number; dest: number; content: string }[]>;
}

/** The port that calls come from. */
export const PEER_PORT = 50_123;

/** The password of people whom `person` makes. */
export const PASSWORD = 'secret1';

const passwordHash = hashPassword(md5Of(PASSWORD), { random: systemRandom, passwordCost: CHEAP });

let people = 0;

/**
 * A registered and logged-in person, put into the database directly: registration itself is slow by design
 * and has tests of its own.
 */
export async function person(app: TestApp, name = `person${people}`): Promise<Person> {
  people += 1;
  const mobile = `+86139${String(people).padStart(8, '0')}`;
  const now = app.clock.now();
  const { ids, tokens } = app.platform;
  const sessionId = ids.next<Parameters<typeof tokens.issue>[0]['sessionId']>();
  const [user] = await app.executor.write([
    {
      sql: `INSERT INTO users (mobile, password_hash, name, nick_name, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?) RETURNING id`,
      params: [mobile, await passwordHash, name, name, now, now],
      kind: 'rows',
    },
  ]);
  const userId = Number(user?.rows[0]?.[0]) as Parameters<typeof tokens.issue>[0]['userId']; // just made
  const expiresAt = now + 90 * 24 * 3600 * 1000;
  await app.executor.write([
    {
      sql: 'INSERT INTO sessions (id, user_id, device, created_at, expires_at) VALUES (?, ?, 1, ?, ?)',
      params: [sessionId, userId, now, expiresAt],
      kind: 'change',
    },
  ]);
  const token = await tokens.issue({ userId, sessionId, device: 1, expiresAt });
  return {
    id: userId,
    mobile,
    token,
    call: (path, params, options) => app.call(path, params, { token, ...options }),
    async events() {
      const rows = await app.sql(
        `SELECT type, from_id, from_type, dest_id, COALESCE(b.content, i.content)
          FROM inbox AS i LEFT JOIN event_bodies AS b ON b.id = i.body_id
          WHERE (user_id = ?1 OR (except_id IS NOT ?1
              AND i.seq > COALESCE((SELECT MAX(dropped) FROM inbox_cursors WHERE user_id = ?1), 0)
              AND (EXISTS (SELECT 1 FROM group_members AS m
                  WHERE m.user_id = ?1 AND m.group_id = -i.user_id AND m.state = 1 AND m.joined_seq < i.seq)
                OR EXISTS (SELECT 1 FROM group_departures AS d
                  WHERE d.user_id = ?1 AND d.group_id = -i.user_id AND d.joined_seq < i.seq AND d.left_seq >= i.seq))))
          ORDER BY seq`,
        userId,
      );
      return rows.map(([type, from, fromType, dest, content]) => {
        checkContent(Number(type), String(content));
        return {
          type: Number(type),
          from: Number(from),
          fromType: Number(fromType),
          dest: Number(dest),
          content: String(content),
        };
      });
    },
  };
}

/** A request with a body as it is. */
export const rawRequest = (path: string, body: BodyInit, contentType: string, token?: string) =>
  new Request(`http://teahouse.test${path}`, {
    method: 'POST',
    headers: { 'content-type': contentType, ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body,
  });

/** The parts of a JWT, for tests that bend them. */
export const decodeJwt = (token: string) =>
  token
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8')));
