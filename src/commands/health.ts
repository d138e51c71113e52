import { readConfig } from '../config.ts';

const PATIENCE_MS = 3000;

/**
 * Asks the server that runs with the same settings whether it is ready; for a container's health check, where
 * there is no other program. Throws when it is not.
 */
export async function checkHealth(print: (text: string) => void): Promise<void> {
  const { HOST, PORT } = readConfig(process.env);
  const everywhere = HOST === '' || HOST === '0.0.0.0' || HOST === '::';
  const host = everywhere ? '127.0.0.1' : HOST.includes(':') ? `[${HOST}]` : HOST;
  const url = `http://${host}:${PORT}/readyz`;
  const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${text}`);
  print(text);
}
