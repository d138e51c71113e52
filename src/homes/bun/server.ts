import { createApp } from '../../app.ts';
import { BadConfig } from '../../core/bad-config.ts';
import { messageOf } from '../../core/message-of.ts';
import { Problem } from '../../core/problem.ts';
import type { Settings } from '../../core/settings.ts';
import type { Door } from '../../http/context.ts';
import { jobs } from '../../jobs.ts';
import { noteOwn } from '../../operations/figures/note.ts';
import { isEmbedded } from '../../platform/database/is-embedded.ts';
import type { Platform } from '../../realtime/context.ts';
import { type BunSocket, webSocketHandlers } from './bun-socket.ts';
import { type BunHome, lanAddress, openBunHome } from './home.ts';
import { startJobs } from './jobs.ts';
import { measures, watchEventLoop } from './measures.ts';
import type { SocketIo } from './socketio/server.ts';
import { bunSockets } from './sockets.ts';

export interface Server {
  /** Where it listens, as `http://127.0.0.1:8787`. */
  readonly url: string;
  /** Where the original apps look for messages. */
  readonly socketIoPort: number | undefined;
  /** The port of operators alone. */
  readonly operatorsPort: number | undefined;
  /** What is held for the original apps' connections, in numbers. */
  readonly socketIoHeld: SocketIo['connections']['held'] | undefined;
  readonly home: BunHome;
  /** Lets nobody in any more, ends sockets, waits, calls and jobs, then closes the database. */
  stop(): Promise<void>;
}

/** How long open calls may take to end once the server stops. */
const STOP_MS = 10_000;

const isOpen = (config: Settings) => config.MODE === 'production' || config.SANDBOX_PUBLIC;

/** The original apps' port; its being taken stops the start, because nobody would see that messages do not come. */
async function openSocketIo(
  { platform, realtime }: BunHome,
  hostname: string,
): Promise<SocketIo | undefined> {
  const { IM_SOCKETIO, IM_SOCKETIO_PORT, PORT } = platform.config;
  if (IM_SOCKETIO === 'off') return undefined;
  const port = PORT === 0 ? 0 : IM_SOCKETIO_PORT;
  try {
    // Loaded when it is wanted: only the original's apps need it.
    const { startSocketIo } = await import('./socketio/server.ts');
    return await startSocketIo(realtime, platform, hostname, port);
  } catch (cause) {
    const problem = `IM_SOCKETIO_PORT ${port} cannot be opened: choose another one, or IM_SOCKETIO=off.`;
    throw new BadConfig([problem], { cause });
  }
}

/** Waits for something, but no longer than `ms`. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}

type Fetch = (
  request: Request,
  server: Bun.Server<BunSocket>,
) => Response | undefined | Promise<Response | undefined>;

/** Why a port cannot be had, in words for an operator. */
function portProblem(error: unknown, hostname: string, port: number, name: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const cannot = (why: string) => new Problem(`${name} ${port} on ${hostname} ${why}`, { cause: error });
  if (code === 'EADDRINUSE') return cannot('is taken: another program listens there, or a second Teahouse.');
  if (code === 'EACCES') return cannot('is not for this user: take one above 1023, with a proxy in front.');
  if (code === 'EADDRNOTAVAIL') return cannot('cannot be had: HOST is no address of this machine.');
  return error;
}

function listen(name: 'PORT' | 'ADMIN_PORT', port: number, hostname: string, fetch: Fetch) {
  try {
    return Bun.serve({
      port,
      hostname,
      development: false,
      idleTimeout: 60,
      // Bodies are counted as they are read, so that a refusal has its envelope; Bun's own 413 is empty.
      maxRequestBodySize: Number.MAX_SAFE_INTEGER,
      websocket: webSocketHandlers,
      fetch,
    });
  } catch (error) {
    throw portProblem(error, hostname, port, name);
  }
}

/** Operators' own port is this machine's alone: a tunnel or a proxy leads there. */
const LOOPBACK = '127.0.0.1';

/** Starts the self-hosted server. A sandbox listens on 127.0.0.1 unless SANDBOX_PUBLIC says otherwise. */
export async function startServer(config: Settings): Promise<Server> {
  const hostname = config.HOST || (isOpen(config) ? '0.0.0.0' : '127.0.0.1');
  if (!isOpen(config) && !['127.0.0.1', 'localhost', '::1'].includes(hostname)) {
    throw new BadConfig([
      'A sandbox gives money and codes away: set SANDBOX_PUBLIC=1 to let it listen beyond 127.0.0.1.',
    ]);
  }
  const app = createApp();
  let platform: Platform | undefined;
  const through =
    (door: Door): Fetch =>
    (request, self) => {
      if (!platform) return new Response('starting', { status: 503 });
      const peer = () => self.requestIP(request);
      return app.fetch(request, {
        platform,
        door,
        peer: () => peer()?.address ?? '',
        peerPort: () => peer()?.port ?? 0,
      });
    };
  const server = listen('PORT', config.PORT, hostname, through('public'));
  const url = `http://${hostname === '0.0.0.0' ? (lanAddress() ?? '127.0.0.1') : hostname}:${server.port}`;
  let home: BunHome;
  let socketIo: SocketIo | undefined;
  let operators: ReturnType<typeof listen> | undefined;
  try {
    const { ADMIN_PORT } = config;
    if (ADMIN_PORT !== '') operators = listen('ADMIN_PORT', ADMIN_PORT, LOOPBACK, through('operators'));
    home = await openBunHome(config, url);
    await home.realtime.start(isEmbedded(config));
    socketIo = await openSocketIo(home, hostname);
  } catch (error) {
    await Promise.all([server.stop(true), operators?.stop(true)]);
    throw error;
  }
  platform = { ...home.platform, sockets: bunSockets(home.realtime, home.platform, server) };
  const eventLoop = watchEventLoop(platform.metrics.now);
  platform.metrics.add(measures(home, eventLoop.lag, () => socketIo));
  const running = startJobs(platform, jobs);
  return {
    url,
    home,
    socketIoPort: socketIo?.port,
    operatorsPort: operators?.port,
    get socketIoHeld() {
      return socketIo?.connections.held;
    },
    async stop() {
      // The ports close first: clients come back at once, and would find an open door for ever.
      const calls = Promise.all([server.stop(), operators?.stop(), socketIo?.stop()]);
      await home.realtime.stop();
      await within(STOP_MS, calls);
      await Promise.all([server.stop(true), operators?.stop(true)]);
      await calls;
      await running.stop();
      await noteOwn(home.platform).catch((error: unknown) =>
        home.platform.log.error('figures not noted', { error: messageOf(error) }),
      );
      eventLoop.stop();
      await home.close();
    },
  };
}
