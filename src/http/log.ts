import type { Trace, TracedCall } from '../platform/trace/trace.ts';
import type { Call } from './call.ts';

/** What a line says of an answer. */
export interface Outcome {
  readonly status: number;
  readonly code: string;
  /** No fault of ours: the memory for bodies is full, which anybody can bring about, or a backup keeps writers out. */
  readonly isBusy: boolean | undefined;
}

/** Milliseconds in a line: whole for the call, to a hundredth for what is a part of it. */
const inHundredths = (ms: number) => Math.round(ms * 100) / 100;

type Told = Pick<TracedCall, 'path' | 'status' | 'code' | 'isFailed' | 'began' | 'ended'>;

/** @returns the trace that the call belongs to, where it is kept */
function tellTrace(call: Call, trace: Trace, told: Told): string | undefined {
  const { requestId, dbUse, traceParent: parent } = call;
  const { method } = call.request;
  return trace.answered({ ...told, method, requestId, dbUse, parent }, call.later);
}

/**
 * Notes that a call has been answered: in the metrics, and in a line as LOG says, for every call or only for faults and
 * slow ones. Never a parameter.
 * @param path as it is declared: never a stranger's text
 * @param started by the stopwatch of the metrics
 */
export function noteCall(call: Call, path: string, { status, code, isBusy }: Outcome, started: number): void {
  const ended = call.metrics.now();
  const took = ended - started;
  call.metrics.calls.observe(path, code, took / 1000);
  const isFailed = status >= 500 && !isBusy;
  if (isFailed) call.metrics.calls.failed(path);
  const traced =
    call.trace && tellTrace(call, call.trace, { path, status, code, isFailed, began: started, ended });
  const { LOG, LOG_SLOW_MS } = call.config;
  if (LOG === 'off') return;
  const event = isFailed ? 'failed' : took > LOG_SLOW_MS ? 'slow' : 'call';
  if (event === 'call' && LOG !== 'all') return;
  const { requestId, userId, dbUse } = call;
  const traceId = traced ?? call.traceParent?.traceId;
  const facts = {
    requestId,
    ...(traceId ? { traceId } : {}),
    method: call.request.method,
    path,
    status,
    code,
    ms: Math.round(took),
    dbMs: inHundredths(dbUse?.ms ?? 0),
    dbCount: dbUse?.count ?? 0,
    ...(userId ? { userId } : {}),
  };
  if (event === 'failed') call.log.error(event, facts);
  else call.log.info(event, facts);
}
