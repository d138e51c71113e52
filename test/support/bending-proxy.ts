import { once } from 'node:events';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';

/**
 * What becomes of requests: passed on; the next write kept until the next `bend`, all else passed on; writes passed
 * on and their answers lost; all kept; all cut off unsent.
 */
export type Bend = 'pass' | 'hold' | 'lose' | 'hang' | 'cut';

export interface BendingProxy {
  readonly url: string;
  /** Says what becomes of requests from now on, and counts anew. */
  bend(how: Bend): void;
  /** Writes since the last `bend`, those that have this text in them: a server also writes of itself. */
  writes(text?: string): number;
  stop(): Promise<void>;
}

/** Stands between an application and its database and fails as told. */
export async function bendingProxy(target: string): Promise<BendingProxy> {
  let how: Bend = 'pass';
  let writes: string[] = [];
  let release = () => {};
  const server = createServer(async (request, response) => {
    const now = how;
    if (now === 'cut') return response.destroy();
    const body = await buffer(request);
    const writing = body.includes('"BEGIN IMMEDIATE"');
    if (writing) writes.push(String(body));
    if (now === 'hang') return;
    if (now === 'hold' && writing && writes.length === 1) {
      await new Promise<void>((go) => {
        release = go;
      });
    }
    const { authorization = '' } = request.headers;
    const headers = { authorization, 'content-type': 'application/json' };
    const answer = await fetch(target + request.url, { method: 'POST', headers, body });
    const text = await answer.text();
    if (now === 'lose' && writing) return response.destroy();
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(text);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    bend(next) {
      how = next;
      writes = [];
      release();
    },
    writes: (text = '') => writes.filter((body) => body.includes(text)).length,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
