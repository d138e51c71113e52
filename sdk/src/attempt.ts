import { type Answer, answerOf } from './answer.ts';
import type { Call } from './call.ts';
import type { Fetch } from './options.ts';
import { lost } from './result.ts';

/** One request, and how long its answer may take. */
export interface Attempt {
  readonly call: Call;
  readonly url: string;
  readonly init: Omit<RequestInit, 'headers'> & {
    readonly headers?: Readonly<Record<string, string>>;
    readonly duplex?: 'half';
  };
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Makes a request once. Whatever happens to it is an answer. */
export async function attemptOnce(fetch: Fetch, attempt: Attempt): Promise<Answer> {
  const { call, url, init, timeoutMs, signal } = attempt;
  if (signal?.aborted) return lost('ABORTED', 'The call was given up before it was made.');
  const controller = new AbortController();
  const giveUp = () => controller.abort();
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    giveUp();
  }, timeoutMs);
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    const response = await fetch(url, { ...init, signal: controller.signal });
    return answerOf(call, response.status, await response.text(), response.headers.get('retry-after'));
  } catch (error) {
    if (isLate) return lost('TIMED_OUT', `No answer came within ${timeoutMs} ms.`);
    if (signal?.aborted) return lost('ABORTED', 'The call was given up.');
    return lost('NO_CONNECTION', error instanceof Error ? error.message : String(error));
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
  }
}
