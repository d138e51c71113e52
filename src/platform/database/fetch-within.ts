import { DatabaseUnavailable } from './executor.ts';

/** The answer with its body read, so that nothing of the request is left when it is looked at. */
async function wholeAnswer(response: Response): Promise<Response> {
  const { ok, status } = response;
  if (ok) return new Response(await response.arrayBuffer(), { status });
  await response.body?.cancel();
  // A proxy says 408 and 5xx of requests that it did pass on.
  const refused = status >= 400 && status < 500 && status !== 408;
  if (refused) throw new DatabaseUnavailable(`The database refused the request with HTTP ${status}.`);
  throw new Error(`The database answered HTTP ${status}.`);
}

/**
 * A `fetch` that gives up after some milliseconds, the answer's body included. Its timer ends with the request:
 * one of `AbortSignal.timeout` would run on, and keep a Durable Object awake (and billed) for as long.
 * Throws `DatabaseUnavailable` when the server refused the request without running it (401, 404, 429 …).
 */
export function fetchWithin(milliseconds: number): (request: Request) => Promise<Response> {
  return async (request) => {
    const control = new AbortController();
    const late = () =>
      control.abort(new DOMException('The database did not answer in time.', 'TimeoutError'));
    const timer = setTimeout(late, milliseconds);
    try {
      return await wholeAnswer(await fetch(request, { signal: control.signal }));
    } finally {
      clearTimeout(timer);
    }
  };
}
