import { readdirSync, statfsSync, statSync } from 'node:fs';
import { Histogram } from '../../core/histogram.ts';
import type { Settings } from '../../core/settings.ts';
import type { GroupingExecutor } from '../../platform/database/executor.ts';
import { databaseFile } from '../../platform/database/open.ts';
import { byLabel, type Family, single } from '../../platform/metrics/exposition.ts';
import type { Trace } from '../../platform/trace/trace.ts';
import type { Realtime } from '../../realtime/realtime.ts';
import type { BunHome } from './home.ts';
import type { SocketIo } from './socketio/server.ts';

/** How often the event loop is asked whether it comes in time. */
const LAG_LOOK_MS = 500;
const LAGS = [0.001, 0.005, 0.02, 0.05, 0.1, 0.5, 2];

/** How late timers come, because something else held the only thread. */
export function watchEventLoop(now: () => number): { readonly lag: Histogram; stop(): void } {
  const lag = new Histogram(LAGS);
  let due = now() + LAG_LOOK_MS;
  const timer = setInterval(() => {
    lag.observe(Math.max(0, now() - due) / 1000);
    due = now() + LAG_LOOK_MS;
  }, LAG_LOOK_MS);
  timer.unref();
  return { lag, stop: () => clearInterval(timer) };
}

/** What cannot be asked of this system is left out. */
const asked = <Answer>(ask: () => Answer): Answer | undefined => {
  try {
    return ask();
  } catch {
    return undefined;
  }
};

const ifKnown = (name: string, help: string, value: number | undefined): Family[] =>
  value === undefined ? [] : [single(name, 'gauge', help, value)];

/** The process, by the names that Prometheus' own clients give. */
function processFamilies(lag: Histogram): Family[] {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  const files = asked(() => readdirSync('/proc/self/fd').length);
  return [
    single('process_resident_memory_bytes', 'gauge', 'Memory that the process holds.', rss),
    single('process_heap_bytes', 'gauge', 'Of it, what JavaScript uses.', heapUsed),
    single('process_cpu_seconds_total', 'counter', 'Processor time of the process.', (user + system) / 1e6),
    single(
      'process_start_time_seconds',
      'gauge',
      'When the process began, since 1970.',
      Math.round(Date.now() / 1000 - process.uptime()),
    ),
    ...ifKnown('process_open_fds', 'Open files and connections.', files),
    {
      name: 'teahouse_event_loop_lag_seconds',
      type: 'histogram',
      help: 'How late the process comes to what is due: the wait that everybody shares.',
      samples: lag.samples(),
    },
  ];
}

/** The database: how it writes, and of an embedded one the file and its journal. */
function databaseFamilies(config: Settings, executor: GroupingExecutor): Family[] {
  const file = databaseFile(config);
  const sizeOf = (ending: string) => (file ? asked(() => statSync(`${file}${ending}`).size) : undefined);
  return [
    ...ifKnown('teahouse_database_bytes', 'The database’s file.', sizeOf('')),
    ...ifKnown('teahouse_database_wal_bytes', 'Its write-ahead journal.', sizeOf('-wal')),
    {
      name: 'teahouse_database_group_batches',
      type: 'histogram',
      help: 'Batches that shared one commit, or one request to the database’s server.',
      samples: executor.groups.samples(),
    },
  ];
}

/** Room on the disks of what the server writes. */
function diskFamilies({ DATA_DIR }: Pick<Settings, 'DATA_DIR'>): Family[] {
  const disk = asked(() => statfsSync(DATA_DIR));
  if (!disk) return [];
  return [
    single('teahouse_disk_free_bytes', 'gauge', 'Room on the disk of DATA_DIR.', disk.bavail * disk.bsize),
    single('teahouse_disk_bytes', 'gauge', 'Size of the disk of DATA_DIR.', disk.blocks * disk.bsize),
  ];
}

/** The connections of this process, and what it has sent them. */
function socketFamilies({ size, hub }: Realtime, socketIo: SocketIo | undefined): Family[] {
  const { connections, waiting } = socketIo?.connections.held ?? { connections: 0, waiting: 0 };
  const joined = connections - waiting;
  return [
    byLabel('teahouse_sockets', 'gauge', 'Open connections for messages, by their kind.', 'kind', [
      ['websocket', Math.max(0, size - joined)],
      ['socketio', joined],
      ['sync', hub.bells.size],
    ]),
    single(
      'teahouse_events_delivered_total',
      'counter',
      'Events that sockets were sent, one for each socket.',
      hub.delivered,
    ),
    single(
      'teahouse_hub_position',
      'gauge',
      'Up to where the inbox has been handed to sockets.',
      hub.position,
    ),
  ];
}

function traceFamilies(trace: Trace | undefined): Family[] {
  const { exported, dropped } = trace?.told ?? { exported: 0, dropped: 0 };
  return [
    single('teahouse_spans_exported_total', 'counter', 'Spans that a collector has taken.', exported),
    single(
      'teahouse_spans_dropped_total',
      'counter',
      'Spans that found the collector away, or no room to wait.',
      dropped,
    ),
  ];
}

/** Everything that a server process tells of itself and its machine. @param socketIo the original apps' port */
export const measures =
  ({ platform, executor, realtime }: BunHome, lag: Histogram, socketIo: () => SocketIo | undefined) =>
  (): Family[] => [
    ...processFamilies(lag),
    ...databaseFamilies(platform.config, executor),
    ...diskFamilies(platform.config),
    ...socketFamilies(realtime, socketIo()),
    ...traceFamilies(platform.trace),
  ];
