import { Hono } from 'hono';
import type { Platform } from './context.ts';
import { endpoints } from './features/endpoints.ts';
import { scanPage } from './features/scan-login/page/routes.ts';
import { uploadRoutes } from './features/uploads/serve.ts';
import { Call } from './http/call.ts';
import { preflight } from './http/cors.ts';
import type { Endpoint } from './http/endpoint.ts';
import { Refusal } from './http/failure.ts';
import { health } from './http/health.ts';
import { logCall } from './http/log.ts';
import { reference } from './http/reference.ts';
import { type Answered, failure } from './http/reply.ts';
import { serveEndpoint } from './http/serve.ts';
import { payPage } from './money/sandbox-gateway/pay-page.ts';

/** What the entry hands to `app.fetch` beside the request. */
export interface Home {
  readonly platform: Platform;
  /** The address of the peer that sent this request. */
  peer(): string;
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

/** The application: every feature, the reference, health. Does no I/O until it is called. */
export function createApp(declared: readonly Endpoint[] = endpoints) {
  const app = new Hono<{ Bindings: Home }>();
  const nextId = requestIds();
  const callOf = (home: Home, request: Request) =>
    new Call(home.platform, request, nextId(home.platform), home.peer);
  const refused = (home: Home, request: Request, reason: string) => {
    const call = callOf(home, request);
    if (reason === 'METHOD_NOT_ALLOWED') call.setHeader('allow', 'GET, POST, OPTIONS');
    return failure(call, new Refusal(reason)).response;
  };
  app.options('*', preflight);
  app.route('/', health);
  app.route('/', reference(declared));
  for (const prefix of PREFIXES) app.route(prefix || '/', uploadRoutes).route(prefix || '/', scanPage);
  app.route(
    '/',
    payPage(async (request, home) => app.fetch(request, home)),
  );
  const served = new Map(
    declared.flatMap((endpoint) => {
      const answering = { endpoint, serve: serveEndpoint(endpoint) };
      return routesOf(endpoint).map((path) => [path, answering] as const);
    }),
  );
  // No path of an endpoint has a variable part, so a map finds it; Hono's router would be built for a tenth of a
  // second at the first call, and slower with every endpoint.
  app.all('*', (c): Response | Promise<Response> => {
    const request = c.req.raw;
    const found = served.get(c.req.path);
    if (!found) return refused(c.env, request, 'NO_SUCH_PATH');
    if (request.method !== 'GET' && request.method !== 'POST')
      return refused(c.env, request, 'METHOD_NOT_ALLOWED');
    const call = callOf(c.env, request);
    const started = call.clock.now();
    const finish = ({ response, code }: Answered) => {
      logCall(call, found.endpoint.path, response.status, code, started);
      return response;
    };
    const answer = found.serve(call);
    return answer instanceof Promise ? answer.then(finish) : finish(answer);
  });
  app.notFound((c) => refused(c.env, c.req.raw, 'NO_SUCH_PATH'));
  app.onError((error, c) => failure(callOf(c.env, c.req.raw), error).response);
  return app;
}
