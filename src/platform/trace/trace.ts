import packageFile from '../../../package.json' with { type: 'json' };
import type { Clock } from '../../core/clock.ts';
import type { Log } from '../../core/log.ts';
import type { Random } from '../../core/random.ts';
import type { Settings } from '../../core/settings.ts';
import { Exporter, type ExporterOptions, endpointOf } from './exporter.ts';
import { samplerOf } from './sampler.ts';
import type { Span } from './span.ts';

/** A call that has been answered. */
export interface TracedCall {
  readonly method: string;
  /** As its endpoint declares it. */
  readonly path: string;
  readonly status: number;
  readonly code: string;
  readonly isFailed: boolean;
  readonly requestId: string;
  /** When it came in and when it was answered, by the stopwatch, in milliseconds. */
  readonly began: number;
  readonly ended: number;
  /** What it asked of the database: round trips, the milliseconds of all, and from when until when. */
  readonly dbUse:
    | { readonly count: number; readonly ms: number; readonly from: number; readonly until: number }
    | undefined;
  readonly parent:
    | { readonly traceId: string; readonly spanId: string; readonly isSampled: boolean }
    | undefined;
}

/** Tells a collector of calls. */
export interface Trace {
  /**
   * Tells of a call, unless the sampler passes it over. @param later lets the sending outlive the answer
   * @returns the trace that it belongs to; undefined where it was passed over
   */
  answered(call: TracedCall, later: (work: Promise<unknown>) => void): string | undefined;
  /** Spans that a collector has taken, and that found it away or no room. */
  readonly told: { readonly exported: number; readonly dropped: number };
  /** Sends what waits. */
  close(): Promise<void>;
}

interface Ports {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** The collector's network; the system's unless a test has another one. */
  readonly fetch?: ExporterOptions['fetch'];
}

const hex = (random: Random, bytes: number) => Buffer.from(random.bytes(bytes)).toString('hex');

/** The call's span, and one that sums up what it asked of the database. @param shift from the stopwatch to the clock */
function spansOf(call: TracedCall, traceId: string, random: Random, shift: number): Span[] {
  const spanId = hex(random, 8);
  const { method, path, status, code, isFailed, requestId, dbUse, parent } = call;
  const span: Span = {
    traceId,
    spanId,
    parentSpanId: parent?.spanId,
    name: `${method} ${path}`,
    kind: 'server',
    startMs: call.began + shift,
    endMs: call.ended + shift,
    attributes: {
      'http.request.method': method,
      'http.route': path,
      'http.response.status_code': status,
      'teahouse.code': code,
      'teahouse.request_id': requestId,
    },
    isFailed,
  };
  if (!dbUse || dbUse.count === 0) return [span];
  const database: Span = {
    traceId,
    spanId: hex(random, 8),
    parentSpanId: spanId,
    name: 'database',
    kind: 'client',
    startMs: dbUse.from + shift,
    endMs: dbUse.until + shift,
    attributes: {
      'db.system.name': 'sqlite',
      'teahouse.db.round_trips': dbUse.count,
      'teahouse.db.milliseconds': Math.round(dbUse.ms * 100) / 100,
    },
    isFailed: false,
  };
  return [span, database];
}

/** The collector that the settings name; undefined where they name none, and then nothing is done for traces. */
export function openTrace(config: Settings, { clock, random, log, fetch }: Ports): Trace | undefined {
  if (endpointOf(config) === '') return undefined;
  const exporter = new Exporter({
    config,
    log,
    version: packageFile.version,
    now: clock.now,
    fetch: fetch ?? ((url, init) => globalThis.fetch(url, init)),
  });
  const isKept = samplerOf(config);
  return {
    answered(call, later) {
      const { parent, ended } = call;
      const traceId = parent?.traceId ?? hex(random, 16);
      if (!isKept(traceId, parent?.isSampled)) return undefined;
      exporter.add(spansOf(call, traceId, random, clock.now() - ended), later);
      return traceId;
    },
    get told() {
      return { exported: exporter.exported, dropped: exporter.dropped };
    },
    close: () => exporter.close(),
  };
}
