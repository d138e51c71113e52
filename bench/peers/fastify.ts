import Database from 'better-sqlite3';
import Fastify from 'fastify';
import { workloads } from '../workloads/index.ts';
import { payDigestBy } from './pay-password.ts';
import { tokenCheck } from './tokens.ts';

// Fastify 5 and better-sqlite3 on Node, as a careful developer would write it: prepared statements, a token cache,
// ready-made JSON text.

const database = new Database(process.env['DATABASE_FILE'] ?? '');
for (const pragma of ['journal_mode = WAL', 'synchronous = FULL', 'foreign_keys = ON', 'cache_size = -65536'])
  database.pragma(pragma);

const secret = process.env['SESSION_SECRET'] ?? '';
const check = tokenCheck(new TextEncoder().encode(secret));
const app = Fastify({ logger: false });
app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
  done(null, Object.fromEntries(new URLSearchParams(String(body)))),
);
for (const workload of workloads)
  workload.fastify({ app, database, payDigest: payDigestBy(secret), caller: check });

const url = await app.listen({ port: 0, host: '127.0.0.1' });
process.stdout.write(`listens on ${url}\n`);
