/** What a trace says of one thing that was done: a call, or all that it asked of the database. */
export interface Span {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly kind: 'server' | 'client';
  /** Epoch milliseconds, with their fraction. */
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly isFailed: boolean;
}

/** OTLP's numbers of kinds and states. */
const KIND = { server: 2, client: 3 } as const;
const ERROR = 2;

/** To a microsecond: more a number of milliseconds does not hold. */
const nanoseconds = (ms: number) => `${Math.round(ms * 1000)}000`;

function attributeValue(value: string | number) {
  if (typeof value === 'string') return { stringValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
const listed = (attributes: Span['attributes']) =>
  Object.entries(attributes).map(([key, value]) => ({ key, value: attributeValue(value) }));

const encoded = ({ kind, startMs, endMs, attributes, isFailed, parentSpanId, ...span }: Span) => ({
  ...span,
  ...(parentSpanId ? { parentSpanId } : {}),
  kind: KIND[kind],
  startTimeUnixNano: nanoseconds(startMs),
  endTimeUnixNano: nanoseconds(endMs),
  attributes: listed(attributes),
  status: isFailed ? { code: ERROR } : {},
});

/**
 * Spans as the body of an OTLP export over HTTP, in JSON. Written by hand: it is one object, whose form is fixed for
 * good (OTLP 1.0). OpenTelemetry's own packages for this are several times as large as all of it, and want contexts that
 * follow every promise. Their batches assume a process that lives on, which a Worker's isolate does not.
 * @param resource what is so of the whole server
 */
export const otlpBody = (
  spans: readonly Span[],
  resource: Readonly<Record<string, string>>,
  version: string,
): string =>
  JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: listed(resource) },
        scopeSpans: [{ scope: { name: 'teahouse', version }, spans: spans.map(encoded) }],
      },
    ],
  });
