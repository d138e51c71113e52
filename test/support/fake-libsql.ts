import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** What the server does with one request. */
export type Behaviour =
  | 'commit'
  /** BEGIN is refused: another holds the write lock. */
  | 'busy'
  /** Takes the request and never answers. */
  | 'hang'
  /** Takes the request and cuts the connection. */
  | 'drop'
  /** Begins an answer and cuts the connection. */
  | 'drop half way'
  /** Begins an answer and says no more. */
  | 'stall half way'
  /** Says of each batch that the server itself failed. */
  | 'fail'
  /** Answers what is no answer. */
  | 'garble'
  | { readonly status: number }
  /** Says this of the first statement, and rolls back. */
  | { readonly code: string; readonly message: string };

interface Step {
  readonly stmt: { readonly sql?: string };
}
interface Pipeline {
  readonly requests: readonly {
    readonly type: string;
    readonly batch?: { readonly steps: readonly Step[] };
  }[];
}

const RESULT = { cols: [], rows: [], affected_row_count: 1, last_insert_rowid: null };
const REFUSED = { message: 'SQLite error: database is locked', code: 'SQLITE_BUSY' };

/** At which step a batch fails, and how. */
function failing(behaviour: Behaviour): { readonly at: number; readonly error: object } | undefined {
  if (behaviour === 'busy') return { at: 0, error: REFUSED };
  return typeof behaviour === 'object' ? { at: 1, error: behaviour } : undefined;
}

/** The answer of a server whose batches all succeed, or all fail. */
function answer({ requests }: Pipeline, behaviour: Behaviour) {
  const failed = failing(behaviour);
  const results = requests.map(({ type, batch }) => {
    if (type !== 'batch') return { type: 'ok', response: { type } };
    if (behaviour === 'fail') return { type: 'error', error: { message: 'disk full', code: 'SERVER' } };
    const steps = batch?.steps ?? [];
    const isDone = (sql: string | undefined, i: number) => sql !== 'ROLLBACK' && !(failed && i >= failed.at);
    const done = steps.map(({ stmt }, i) => (isDone(stmt.sql, i) ? RESULT : null));
    const errors = steps.map((_, i) => (failed?.at === i ? failed.error : null));
    return { type: 'ok', response: { type, result: { step_results: done, step_errors: errors } } };
  });
  return JSON.stringify({ baton: null, base_url: null, results });
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer); // requests without an encoding give buffers
  return Buffer.concat(chunks).toString();
}

function behave(behaviour: Behaviour, body: string, response: ServerResponse) {
  if (behaviour === 'hang') return;
  if (behaviour === 'drop') return response.destroy();
  if (typeof behaviour === 'object' && 'status' in behaviour)
    return response.writeHead(behaviour.status).end('no');
  response.writeHead(200, { 'content-type': 'application/json' });
  if (behaviour === 'garble') return response.end('<html>');
  const text = answer(JSON.parse(body) as Pipeline, behaviour); // the client's own words
  if (behaviour === 'stall half way') return response.write(text.slice(0, text.length / 2));
  if (behaviour !== 'drop half way') return response.end(text);
  response.write(text.slice(0, text.length / 2), () => response.destroy());
}

interface Listening {
  readonly url: string;
  stop(): Promise<void>;
}

async function listen(server: Server): Promise<Listening> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export interface FakeLibsql extends Listening {
  /** Requests that arrived, each whole. */
  requests(): number;
  /** Batches that arrived. */
  batches(): number;
  /** Requests that were in the server at one time, at most. */
  together(): number;
}

/**
 * A server that speaks enough of libSQL's protocol to fail in chosen ways: behaves as told, request by
 * request, and as the last one says from then on.
 * @param onRequest waited for before each answer
 */
export async function fakeLibsql(
  behaviours: readonly [Behaviour, ...Behaviour[]],
  onRequest: (count: number) => void | Promise<void> = () => {},
): Promise<FakeLibsql> {
  let count = 0;
  let batches = 0;
  let inside = 0;
  let together = 0;
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    batches += body.split('"COMMIT"').length - 1;
    const behaviour = behaviours[count++] ?? behaviours.at(-1) ?? 'commit';
    together = Math.max(together, ++inside);
    await onRequest(count);
    inside--;
    behave(behaviour, body, response);
  });
  const { url, stop } = await listen(server);
  return { url, stop, requests: () => count, batches: () => batches, together: () => together };
}

/** Passes requests on to a real server, waits for the answer, and cuts the connection instead of giving it. */
export async function losingProxy(target: string): Promise<Listening> {
  const server = createServer(async (request, response) => {
    const { authorization = '' } = request.headers;
    const headers = { authorization, 'content-type': 'application/json' };
    const answer = await fetch(target + request.url, {
      method: 'POST',
      headers,
      body: await bodyOf(request),
    });
    await answer.text();
    response.destroy();
  });
  return listen(server);
}
