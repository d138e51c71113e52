import { readConfig } from '../config.ts';
import { Problem } from '../core/problem.ts';
import type { Print } from './arguments.ts';

const PATIENCE_MS = 3000;

/** Why no answer came, in a few words. */
const reasonOf = (error: unknown) =>
  error instanceof DOMException && error.name === 'TimeoutError'
    ? `does not answer within ${PATIENCE_MS / 1000} seconds`
    : 'does not answer: no server listens there';

/**
 * Asks the server that runs with the same settings whether it is ready; for a container's health check, where
 * there is no other program. Throws `Problem` when it is not.
 */
export async function checkHealth(print: Print): Promise<void> {
  const { HOST, PORT } = readConfig(process.env);
  const everywhere = HOST === '' || HOST === '0.0.0.0' || HOST === '::';
  const host = everywhere ? '127.0.0.1' : HOST.includes(':') ? `[${HOST}]` : HOST;
  const url = `http://${host}:${PORT}/readyz`;
  const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) }).catch((error: unknown) => {
    throw new Problem(`${url} ${reasonOf(error)}.`, { cause: error });
  });
  const text = await response.text();
  if (!response.ok) throw new Problem(`${url} answers ${response.status}: ${text}`);
  print(text);
}
