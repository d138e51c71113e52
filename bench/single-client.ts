import { load } from './load.ts';
import type { RunningServer } from './servers.ts';

/** How long a client waits that has each server for itself: one line. */
export async function singleClients(
  file: string,
  servers: Readonly<Record<string, RunningServer>>,
  seconds: number,
): Promise<string> {
  const found: string[] = [];
  for (const [name, { url }] of Object.entries(servers)) {
    const { p50Ms, p99Ms, errors } = await load(file, url, seconds, 1);
    if (errors > 0) throw new Error(`${name}: ${errors} requests of a single client failed.`);
    found.push(`${name} ${p50Ms.toFixed(2)} (${p99Ms.toFixed(2)})`);
  }
  return `A single client, p50 (p99) in ms: ${found.join(', ')}.`;
}
