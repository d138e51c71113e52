import { once } from 'node:events';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** Stands before a libSQL server as a host that offers no dump, and keeps a request when told. */
export interface DumplessServer {
  readonly url: string;
  /** Keeps the next request that says this; resolves when it has come. */
  hold(text: string): Promise<void>;
  /** Sends on what is kept. */
  release(): void;
  stop(): Promise<void>;
}

/** @param status with which `GET /dump` is answered */
export async function dumplessServer(target: string, status = 404): Promise<DumplessServer> {
  let awaited: { readonly text: string; come(): void } | undefined;
  let release = () => {};
  const server = createServer(async (request, response) => {
    if (request.url === '/dump') return response.writeHead(status).end('no');
    const body = await buffer(request);
    if (awaited && body.includes(awaited.text)) {
      awaited.come();
      awaited = undefined;
      await new Promise<void>((go) => {
        release = go;
      });
    }
    const { authorization = '' } = request.headers;
    const headers = { authorization, 'content-type': 'application/json' };
    const answer = await fetch(target + request.url, { method: 'POST', headers, body });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    hold: (text) =>
      new Promise<void>((come) => {
        awaited = { text, come };
      }),
    release: () => release(),
    async stop() {
      release();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
