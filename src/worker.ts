import { createApp } from './app.ts';
import { cores } from './features/live.ts';
import { unopened } from './http/unopened.ts';
import { runJobs } from './jobs.ts';
import { systemClock } from './platform/clock.ts';
import { type Bindings, openWorkerHome, workerLog } from './platform/home.worker.ts';

export { Inbox } from './platform/inbox.durable.ts';

import { hosting } from './platform/live.durable.ts';

const app = createApp();
const answerUnopened = unopened(workerLog, systemClock);

/** The classes of `[[durable_objects.bindings]]` in wrangler.toml. */
export class Pages extends hosting(cores.pages) {}
export class ScanCode extends hosting(cores.scanCodes) {}
export class Shake extends hosting(cores.shake) {}

export default {
  async fetch(request, bindings, context) {
    const opening = openWorkerHome(bindings, context, new URL(request.url).origin);
    const platform = await opening.catch((error: unknown) => answerUnopened(request, error));
    if (platform instanceof Response) return platform;
    const peer = () => request.headers.get('cf-connecting-ip') ?? '';
    return app.fetch(request, { platform, peer });
  },
  async scheduled(_, bindings, context) {
    await runJobs(await openWorkerHome(bindings, context, ''));
  },
} satisfies ExportedHandler<Bindings>;
