import { createApp } from '../../app.ts';
import { systemClock } from '../../core/clock.ts';
import { WORKER_RUN } from '../../core/in-slices.ts';
import { unopened } from '../../http/unopened.ts';
import { jobs, runJobs } from '../../jobs.ts';
import { cores } from '../../live-cores.ts';
import { type Bindings, openWorkerHome, workerLog } from './home.ts';
import { noteNowAndThen } from './noting.ts';

export { Inbox } from './inbox.ts';

import { completeStatements } from '../../platform/database/query.ts';
import { hosting } from '../../platform/live/durable.ts';

completeStatements();
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
    const response = await app.fetch(request, { platform, peer });
    noteNowAndThen(platform);
    return response;
  },
  async scheduled(_, bindings, context) {
    await runJobs(await openWorkerHome(bindings, context, ''), jobs, WORKER_RUN);
  },
} satisfies ExportedHandler<Bindings>;
