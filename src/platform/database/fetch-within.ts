import { DatabaseUnavailable } from './executor.ts';

/**
 * A `fetch` that gives up after some milliseconds, the answer's body included.
 * Throws `DatabaseUnavailable` when the server refused the request without running it (401, 404, 429 …).
 */
export function fetchWithin(milliseconds: number): (request: Request) => Promise<Response> {
  return async (request) => {
    const response = await fetch(request, { signal: AbortSignal.timeout(milliseconds) });
    if (response.ok) return response;
    await response.body?.cancel();
    const { status } = response;
    // A proxy says 408 and 5xx of requests that it did pass on.
    const refused = status >= 400 && status < 500 && status !== 408;
    if (refused) throw new DatabaseUnavailable(`The database refused the request with HTTP ${status}.`);
    throw new Error(`The database answered HTTP ${status}.`);
  };
}

/** True when no connection was made, so that nothing can have been sent. Bun and Node say so; workerd does not. */
export function connectionRefused(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const code = 'code' in cause ? cause.code : undefined;
    if (code === 'ConnectionRefused' || code === 'ECONNREFUSED' || code === 'ENOTFOUND') return true;
  }
  return false;
}
