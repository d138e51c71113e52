/** The trace that a call belongs to, as its caller says (W3C Trace Context). */
export interface TraceParent {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits: the caller's own part of the trace. */
  readonly spanId: string;
  /** Whether the caller keeps the trace. */
  readonly isSampled: boolean;
}

/** What a line of the log can bear: nothing that could end it, or be taken for something else. */
const ID = /^[\w.-]{1,64}$/;

/** The name that the client or a proxy has given to a call in `X-Request-Id`; undefined where it is none of that kind. */
export function callersId(headers: Headers): string | undefined {
  const given = headers.get('x-request-id');
  return given !== null && ID.test(given) ? given : undefined;
}

const ZEROS = /^0+$/;

/** `traceparent`, of which a later version may have more behind the flags; undefined where it is not well formed. */
export function traceParentOf(headers: Headers): TraceParent | undefined {
  const given = headers.get('traceparent');
  if (given === null || given.length > 200) return undefined;
  const [, version, traceId = '', spanId = '', flags = '', more] =
    /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/.exec(given) ?? [];
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return undefined;
  if (ZEROS.test(traceId) || ZEROS.test(spanId)) return undefined;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}
