import { cores } from '../../src/live-cores.ts';
import { durableActors, hosting, type LiveNamespace } from '../../src/platform/live/durable.ts';
import { notebook } from './notebook.ts';

export class Notebook extends hosting(notebook) {}
export class Pages extends hosting(cores.pages) {}
export class ScanCode extends hosting(cores.scanCodes) {}
export class Shake extends hosting(cores.shake) {}

type Env = Readonly<Record<string, LiveNamespace<unknown, unknown>>>;

/** Sends a message to a core that a Durable Object hosts: `POST /BINDING/name`. */
export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const [, binding = '', name = ''] = new URL(request.url).pathname.split('/');
    const namespace = env[binding];
    if (!namespace) return new Response(null, { status: 404 });
    return Response.json(await durableActors(namespace).send(name, await request.json()));
  },
};
