import type { Log } from '../../core/log.ts';
import { messageOf } from '../../core/message-of.ts';
import type { Settings } from '../../core/settings.ts';
import { otlpBody, type Span } from './span.ts';

/** Lets work outlive the answer: waits for it at shutdown (Bun), or `waitUntil` (Workers). */
type Later = (work: Promise<unknown>) => void;

export interface ExporterOptions {
  readonly config: Settings;
  readonly version: string;
  readonly log: Log;
  /** Epoch milliseconds. */
  now(): number;
  fetch(url: string, init: RequestInit): Promise<Response>;
}

/** Where a collector takes traces; empty where none is set. */
export const endpointOf = (config: Settings): string => {
  const {
    OTEL_SDK_DISABLED,
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: traces,
    OTEL_EXPORTER_OTLP_ENDPOINT: all,
  } = config;
  if (OTEL_SDK_DISABLED) return '';
  return traces || (all && `${all.replace(/\/+$/, '')}/v1/traces`);
};

/** What the body is, by the protocol. */
const TYPE_OF = { 'http/json': 'application/json' } as const;

/** Longer than a batch that timed out can take. */
const SLACK_MS = 1000;

/** The log tells of a collector that is away once in this time. */
const ONE_LINE_MS = 60_000;

/**
 * Sends spans in batches, and keeps nothing for a collector that is away: what cannot be sent, or finds the queue
 * full, is dropped and counted. No call waits for it.
 */
export class Exporter {
  exported = 0;
  dropped = 0;
  private readonly options: ExporterOptions;
  private readonly url: string;
  private queue: Span[] = [];
  private isPlanned = false;
  private nextLine = Number.NEGATIVE_INFINITY;
  private readonly waits = new Set<() => void>();
  private isClosed = false;
  /** One batch is under way at a time, so that a collector that hangs holds no more than the queue has. */
  private sending: Promise<void> | undefined;
  /** Until then it may be: what Cloudflare has cut off never ends. */
  private sendingUntil = Number.NEGATIVE_INFINITY;

  constructor(options: ExporterOptions) {
    this.options = options;
    this.url = endpointOf(options.config);
  }

  add(spans: readonly Span[], later: Later): void {
    const { OTEL_BSP_MAX_QUEUE_SIZE: most, OTEL_BSP_MAX_EXPORT_BATCH_SIZE: batch } = this.options.config;
    if (this.queue.length + spans.length > most) {
      this.dropped += spans.length;
      return;
    }
    this.queue.push(...spans);
    if (this.queue.length >= batch) later(this.send());
    else if (!this.isPlanned) later(this.sendSoon());
  }

  /** Sends at once what waits, and from then on does not wait for more. */
  async close(): Promise<void> {
    this.isClosed = true;
    for (const end of this.waits) end();
    await this.sending;
    await this.send();
  }

  private async sendSoon(): Promise<void> {
    this.isPlanned = true;
    await this.pause(this.options.config.OTEL_BSP_SCHEDULE_DELAY);
    this.isPlanned = false;
    await this.send();
  }

  private pause(ms: number): Promise<void> {
    if (this.isClosed) return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.waits.delete(end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      this.waits.add(end);
    });
  }

  private async send(): Promise<void> {
    if (this.sending && this.options.now() < this.sendingUntil) return;
    const sending = this.sendAll();
    this.sending = sending;
    await sending;
    if (this.sending === sending) this.sending = undefined;
  }

  private async sendAll(): Promise<void> {
    const { config, now } = this.options;
    while (this.queue.length > 0) {
      const batch = this.queue.splice(0, config.OTEL_BSP_MAX_EXPORT_BATCH_SIZE);
      this.sendingUntil = now() + config.OTEL_EXPORTER_OTLP_TIMEOUT + SLACK_MS;
      const problem = await this.post(batch);
      if (problem === undefined) this.exported += batch.length;
      else this.lose(batch.length, problem);
    }
  }

  /** @returns why it did not arrive */
  private async post(batch: readonly Span[]): Promise<string | undefined> {
    const { config, version, fetch } = this.options;
    const { OTEL_EXPORTER_OTLP_HEADERS, OTEL_EXPORTER_OTLP_TIMEOUT, OTEL_SERVICE_NAME } = config;
    const resource = {
      ...config.OTEL_RESOURCE_ATTRIBUTES,
      'service.name': OTEL_SERVICE_NAME,
      'service.version': version,
    };
    try {
      const { ok, status, body } = await fetch(this.url, {
        method: 'POST',
        headers: {
          ...OTEL_EXPORTER_OTLP_HEADERS,
          'content-type': TYPE_OF[config.OTEL_EXPORTER_OTLP_PROTOCOL],
        },
        body: otlpBody(batch, resource, version),
        redirect: 'manual',
        signal: AbortSignal.timeout(OTEL_EXPORTER_OTLP_TIMEOUT),
      });
      await body?.cancel();
      return ok ? undefined : `HTTP ${status}`;
    } catch (error) {
      return messageOf(error);
    }
  }

  private lose(spans: number, problem: string): void {
    const { log, now } = this.options;
    this.dropped += spans;
    if (now() < this.nextLine) return;
    this.nextLine = now() + ONE_LINE_MS;
    log.error('spans dropped', { dropped: this.dropped, why: problem });
  }
}
