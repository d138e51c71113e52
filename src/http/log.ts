import type { Call } from './call.ts';

/** What a line says of an answer. */
export interface Outcome {
  readonly status: number;
  readonly code: string;
  /** No fault of ours: the memory for bodies is full, which anybody can bring about, or a backup keeps writers out. */
  readonly isBusy: boolean | undefined;
}

/** One line for a call, as LOG says: every one, or only faults and slow ones. Never a parameter. */
export function logCall(call: Call, path: string, { status, code, isBusy }: Outcome, started: number): void {
  const { LOG, LOG_SLOW_MS } = call.config;
  if (LOG === 'off') return;
  const ms = call.clock.now() - started;
  const event = status >= 500 && !isBusy ? 'failed' : ms > LOG_SLOW_MS ? 'slow' : 'call';
  if (event === 'call' && LOG !== 'all') return;
  const { requestId, userId } = call;
  const facts = {
    requestId,
    method: call.request.method,
    path,
    status,
    code,
    ms,
    ...(userId ? { userId } : {}),
  };
  if (event === 'failed') call.log.error(event, facts);
  else call.log.info(event, facts);
}
