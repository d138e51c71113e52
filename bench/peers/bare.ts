import { Database } from 'bun:sqlite';
import { workloads } from '../workloads/index.ts';
import { groupCommit } from './group-commit.ts';
import { payDigestBy } from './pay-password.ts';
import { tokenCheck } from './tokens.ts';

// The limit: Bun.serve and bun:sqlite with nothing between them. `bun bench/peers/bare.ts LIMIT` serves that limit
// of every workload that has it.

const [limit = 'bare'] = process.argv.slice(2);
const database = new Database(process.env['DATABASE_FILE'], { readwrite: true, strict: true });
for (const pragma of ['journal_mode = WAL', 'synchronous = FULL', 'foreign_keys = ON', 'cache_size = -65536'])
  database.run(`PRAGMA ${pragma}`);

const secret = process.env['SESSION_SECRET'] ?? '';
const check = tokenCheck(new TextEncoder().encode(secret));
const peer = {
  database,
  payDigest: payDigestBy(secret),
  grouped: groupCommit(database),
  caller: (request: Request) => check(request.headers.get('authorization')),
};
const routes = Object.fromEntries(
  workloads.flatMap(({ path, limits }) => {
    const route = limits[limit];
    return route ? [[path, route(peer)]] : [];
  }),
);

const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  development: false,
  routes,
  fetch: () => new Response('not found', { status: 404 }),
});
process.stdout.write(`listens on http://127.0.0.1:${server.port}\n`);
