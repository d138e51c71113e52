import { Hono } from 'hono';
import { readConfig } from './config.ts';
import { consoleOf } from './console/console.tsx';
import { endpoints } from './endpoints.ts';
import { scanPage } from './features/scan-login/page/routes.ts';
import { uploadRoutes } from './features/uploads/serve.ts';
import { type Call, callsOver, type MakeCall } from './http/call.ts';
import { preflight } from './http/cors.ts';
import type { Endpoint } from './http/endpoint.ts';
import { Refusal } from './http/failure.ts';
import { health } from './http/health.ts';
import { limitAddress, limitFiles } from './http/limits.ts';
import { noteCall } from './http/log.ts';
import { pathOf } from './http/path.ts';
import { reference } from './http/reference.ts';
import { type Answered, failure } from './http/reply.ts';
import { type Counted, serveEndpoint } from './http/serve.ts';
import type { IdentifyOperator } from './operations/actor.ts';
import { operationsApi } from './operations/api.ts';
import { METRICS_PATH, metricsPage } from './operations/figures/page.ts';
import { type Side, sideFor } from './operations/operators/door.ts';
import { identifyOperator } from './operations/operators/identify.ts';
import { answerOperators, isOperatorsPath, limitOperators, type More } from './operations/operators/side.ts';
import { API } from './operations/paths.ts';
import { operations } from './operations.ts';
import type { AppHome, Platform } from './realtime/context.ts';
import { payPage } from './sandbox-gateway/pay-page.ts';

export interface App {
  /** Answers every request, and never throws. */
  fetch(request: Request, home: AppHome): Response | Promise<Response>;
  /** What is no endpoint: pages, files, health. */
  readonly pages: readonly { readonly method: string; readonly path: string }[];
}

/** Under which the original was deployed; its clients have these in their base URL. */
const PREFIXES = ['', '/wmsMobile', '/wmsMobilePro'];

/** Names calls: a random start for each process, then a count. */
function requestIds() {
  let start: string | undefined;
  let count = 0;
  return (platform: Platform) => {
    start ??= Buffer.from(platform.random.bytes(6)).toString('hex');
    count += 1;
    return `${start}-${count.toString(36)}`;
  };
}

const routesOf = (endpoint: Endpoint) =>
  [endpoint.path, ...(endpoint.aliases ?? [])].flatMap((path) =>
    PREFIXES.map((prefix) => `${prefix}${path}`),
  );

const FILE = /^(\/wmsMobile(Pro)?)?\/upload\//;

/**
 * Counts a request against the flood limits of its address. Only what tells that the process lives costs nothing:
 * whoever watches over us asks for it, and it must answer while somebody floods us.
 */
function count(call: Call, path: string, endpoint: Endpoint | undefined): Promise<unknown> | undefined {
  if (path === '/healthz') return undefined;
  return FILE.test(path) ? limitFiles(call) : limitAddress(call, endpoint);
}

/** A refusal that has its true status: nobody but the original's calls expects 200 for it. */
const TRUE_STATUS = { ours: true } as const;

/** What may be asked of the operators' host and port beside their own side: whether the server lives. */
const isHealth = (path: string) => path === '/healthz' || path === '/readyz';

/** Everything that is no endpoint. */
function pagesOf(declared: readonly Endpoint[], deliver: App['fetch']) {
  const pages = new Hono<{ Bindings: AppHome }>({ getPath: (request) => pathOf(request.url) });
  pages.options('*', preflight);
  pages.route('/', health);
  pages.route('/', reference(declared, readConfig({})));
  for (const prefix of PREFIXES) pages.route(prefix || '/', uploadRoutes).route(prefix || '/', scanPage);
  pages.route(
    '/',
    payPage(async (request, home) => deliver(request, home)),
  );
  return pages;
}

/**
 * The application: every feature, the reference, health, the operators' side. Does no I/O until it is called.
 * @param identify who makes a call of the operators' side
 */
export function createApp(
  declared: readonly Endpoint[] = endpoints,
  identify: IdentifyOperator = identifyOperator,
): App {
  const nextId = requestIds();
  const refused = (call: Call, reason: string) => {
    if (reason === 'METHOD_NOT_ALLOWED') call.setHeader('allow', 'GET, POST, OPTIONS');
    return failure(call, new Refusal(reason)).response;
  };

  const metrics = async (call: Call & Platform, side: Side) => {
    try {
      await count(call, METRICS_PATH, undefined);
      return await metricsPage(call, side);
    } catch (error) {
      return failure(call, error, TRUE_STATUS).response;
    }
  };

  const pages = pagesOf(declared, (request, home) => fetch(request, home));
  const pageFor = async (call: Call, home: AppHome, counted: Counted, isEndpoint: boolean) => {
    try {
      await counted();
      if (isEndpoint && call.request.method !== 'OPTIONS') return refused(call, 'METHOD_NOT_ALLOWED');
      return await pages.fetch(call.request, home);
    } catch (error) {
      return failure(call, error, TRUE_STATUS).response;
    }
  };
  /** What is no call counts by its kind, since its path is a stranger's text. */
  const openPage = async (call: Call, home: AppHome, path: string, counted: Counted, isEndpoint: boolean) => {
    const started = call.metrics.now();
    const response = await pageFor(call, home, counted, isEndpoint);
    const took = (call.metrics.now() - started) / 1000;
    call.metrics.calls.observe(FILE.test(path) ? 'file' : 'page', String(response.status), took);
    return response;
  };

  const carryOut = operationsApi(operations, identify);
  const pagesOfOperators = consoleOf(operations);
  /** Programs and people: what is behind the door of the operators' side. */
  const behind: More = async (call, path) => (await carryOut(call, path)) ?? pagesOfOperators(call, path);
  /** The operators' side; where it is not, nothing is. */
  const operators = async (call: Call & Platform, path: string) => {
    const started = call.metrics.now();
    try {
      await limitOperators(call, path);
      const answered = isOperatorsPath(path) ? await answerOperators(call, path, behind) : undefined;
      if (!answered) return refused(call, 'NO_SUCH_PATH');
      const { response, code, isBusy } = answered;
      // What is no path of ours is a stranger's text, which a line of the log does not repeat.
      const name = code === 'NO_SUCH_OPERATION' ? API : path;
      noteCall(call, name, { status: response.status, code, isBusy }, started);
      return response;
    } catch (error) {
      return failure(call, error, TRUE_STATUS).response;
    }
  };

  // No path of an endpoint has a variable part, so a map finds it; Hono's router would be built for a tenth of a
  // second at the first call, and slower with every endpoint.
  const served = new Map(
    declared.flatMap((endpoint) => {
      const route = { endpoint, serve: serveEndpoint(endpoint) };
      return routesOf(endpoint).map((path) => [path, route] as const);
    }),
  );

  /** The one way in: nothing answers, whatever its path, that has not been counted here. */
  function fetch(request: Request, home: AppHome): Response | Promise<Response> {
    const path = pathOf(request.url);
    const call = callOf(home, request);
    const side = sideFor(home.platform.config, home.door ?? 'public', request);
    if (path === METRICS_PATH) return metrics(call, side);
    const isTheirs = side === 'beside' ? isOperatorsPath(path) : side === 'alone' && !isHealth(path);
    if (isTheirs) return operators(call, path);
    const found = served.get(path);
    const counted = () => count(call, path, found?.endpoint);
    const isCall = request.method === 'GET' || request.method === 'POST';
    if (!found || !isCall) return openPage(call, home, path, counted, found !== undefined);
    const started = call.metrics.now();
    const finish = ({ response, code, isBusy }: Answered) => {
      noteCall(call, found.endpoint.path, { status: response.status, code, isBusy }, started);
      return response;
    };
    const answer = found.serve(call, counted);
    return answer instanceof Promise ? answer.then(finish) : finish(answer);
  }

  const makers = new WeakMap<Platform, MakeCall<Platform>>();
  const makerOf = (platform: Platform) => {
    const known = makers.get(platform) ?? callsOver(platform);
    makers.set(platform, known);
    return known;
  };
  const callOf = ({ platform, peer, peerPort }: AppHome, request: Request) =>
    makerOf(platform)(request, nextId(platform), () => ({ address: peer(), port: peerPort?.() ?? 0 }));
  pages.notFound((c) => refused(callOf(c.env, c.req.raw), 'NO_SUCH_PATH'));
  pages.onError((error, c) => failure(callOf(c.env, c.req.raw), error).response);
  return { fetch, pages: pages.routes };
}
