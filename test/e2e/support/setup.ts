import type { TestProject } from 'vitest/node';
import { startTarget } from './target.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the server under test listens. */
    url: string;
    /** Where the original's apps connect to it; undefined where they cannot. */
    socketIoUrl: string | undefined;
    /** What TARGET said. */
    target: string;
  }
}

/** One server for the whole run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const name = process.env['TARGET'] ?? 'bun';
  const target = await startTarget(name);
  project.provide('url', target.url);
  project.provide('socketIoUrl', target.socketIoUrl);
  project.provide('target', name);
  return target.stop;
}
