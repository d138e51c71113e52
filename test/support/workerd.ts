import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { unstable_getMiniflareWorkerOptions } from 'wrangler';

const root = join(import.meta.dirname, '../..');

export interface Workerd {
  readonly url: string;
  /** Runs the cron trigger; the answer is its outcome: `ok`, or how it failed. */
  runJobs(): Promise<string>;
  /** Puts an object to sleep as an idle one is; its WebSockets stay open. */
  hibernate(className: string, name: string): Promise<void>;
  stop(): Promise<void>;
}

/** A module that stands before the Worker's own, `index.js`, and exports what it exports. */
export interface Front {
  readonly path: string;
  readonly contents: string;
}

/**
 * Starts the built Worker under the real workerd, with the bindings of wrangler.toml in local mode, empty,
 * and without a network.
 * @param settings variables and secrets
 * @param more `onLog` gets what the Worker writes, which goes to the console without it; `front` as above
 */
export async function startWorkerd(
  folder: string,
  settings: Readonly<Record<string, string>>,
  { front, onLog }: { readonly front?: Front; readonly onLog?: (line: string) => void } = {},
): Promise<Workerd> {
  process.env['WRANGLER_SEND_METRICS'] = 'false';
  process.env['CLOUDFLARE_CF_FETCH_ENABLED'] = 'false';
  const { workerOptions } = unstable_getMiniflareWorkerOptions(join(root, 'wrangler.toml'));
  const path = 'index.js';
  const contents = readFileSync(join(folder, path), 'utf8');
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: '127.0.0.1',
      port: 0,
      cf: false,
      ...(onLog ? { handleStructuredLogs: ({ message }) => onLog(message) } : {}),
      workers: [
        {
          ...workerOptions,
          name: 'teahouse',
          rootPath: folder,
          modules: [...(front ? [front] : []), { path, contents }].map((module) => ({
            type: 'ESModule' as const,
            ...module,
          })),
          bindings: settings,
        },
      ],
    }),
  );
  const url = (await miniflare.ready).origin;
  return {
    url,
    async runJobs() {
      const worker = await miniflare.getWorker();
      const { outcome } = await worker.scheduled({ cron: '* * * * *' });
      return outcome;
    },
    hibernate: (className, name) =>
      miniflare.unsafeEvictDurableObject('teahouse', className, { name, webSockets: 'hibernate' }),
    stop: () => miniflare.dispose(),
  };
}
