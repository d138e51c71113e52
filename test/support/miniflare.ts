import { convertV4MiniflareOptions, Miniflare } from 'miniflare';

const WORKER = 'under-test';

/**
 * Starts the real workerd, without a network, on a Worker of the test suite with an R2 bucket `FILES`
 * and the Images binding `IMAGES`; answers where it listens.
 * @param objects SQLite-backed Durable Objects: the classes that the Worker exports, by binding
 */
export async function startWorker(entry: string, objects: Readonly<Record<string, string>> = {}) {
  process.env['WRANGLER_SEND_METRICS'] = 'false';
  process.env['CLOUDFLARE_CF_FETCH_ENABLED'] = 'false';
  const built = await Bun.build({
    entrypoints: [entry],
    target: 'browser',
    external: ['node:*', 'cloudflare:*'],
    // CommonJS packages ask for Node's modules at run time, which workerd has.
    banner: "import { createRequire } from 'node:module'; globalThis.require = createRequire('/');",
  });
  const [bundle] = built.outputs;
  if (!bundle) throw new Error(`${entry} did not build`);
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      name: WORKER,
      modules: true,
      script: await bundle.text(),
      compatibilityDate: '2026-11-01',
      host: '127.0.0.1',
      port: 0,
      r2Buckets: ['FILES'],
      images: { binding: 'IMAGES' },
      durableObjects: Object.fromEntries(
        Object.entries(objects).map(([binding, className]) => [binding, { className, useSQLite: true }]),
      ),
      cf: false,
    }),
  );
  const url = (await miniflare.ready).origin;
  return {
    url,
    stop: () => miniflare.dispose(),
    /** Throws an object out of memory, as Cloudflare does when it moves or updates it; its storage stays. */
    evict: (className: string, name: string) =>
      miniflare.unsafeEvictDurableObject(WORKER, className, { name }),
  };
}
