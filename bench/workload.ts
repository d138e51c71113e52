import type { Database as BunSqlite } from 'bun:sqlite';
import type BetterSqlite from 'better-sqlite3';
import type { FastifyInstance } from 'fastify';
import type { Caller } from './peers/tokens.ts';

/** One request as clients send it; with a token as `Authorization: Bearer`. */
export interface BenchRequest {
  readonly method: 'GET' | 'POST';
  /** Path and query. */
  readonly target: string;
  readonly token?: string;
  /** A urlencoded body. */
  readonly form?: string;
}

/** A seeded user with a session that lives. */
export interface SeededUser {
  readonly id: number;
  readonly token: string;
}

/** What every workload finds in the database. */
export interface World {
  readonly users: readonly SeededUser[];
  /** Epoch ms at which it was seeded. */
  readonly now: number;
  /** What is stored of a pay password that was sent as this md5. */
  payDigest(user: number, md5: string): string;
}

/** Runs one statement on the database that is being seeded. */
export type SeedRow = (sql: string, ...params: readonly (string | number | null)[]) => void;

/** What a hand-written Bun server is given: one connection, and its check of the token's signature. */
export interface BarePeer {
  readonly database: BunSqlite;
  payDigest(user: number, md5: string): string;
  /** Runs work in a transaction that it shares with what else comes in this turn of the event loop. */
  grouped<Result>(work: () => Result): Promise<Result>;
  caller(request: Request): Promise<Caller | undefined> | Caller | undefined;
}

/** Prepares its statements, then answers requests. */
export type BareRoute = (peer: BarePeer) => (request: Request) => Response | Promise<Response>;

/** The same for Fastify on Node. */
export interface FastifyPeer {
  readonly app: FastifyInstance;
  readonly database: BetterSqlite;
  payDigest(user: number, md5: string): string;
  caller(authorization: string | undefined): Promise<Caller | undefined> | Caller | undefined;
}

/**
 * One thing that is measured: the same requests, answered with the same bytes by our server and by others
 * that were written by hand for this alone. To add one, write such a file and list it in `workloads/index.ts`.
 * These files are loaded by Bun and by Node, so they import no module of either.
 */
export interface Workload {
  readonly name: string;
  readonly about: string;
  readonly path: `/${string}`;
  /** Rows beyond the 10,000 users that every workload has. */
  seed?(row: SeedRow, world: World): void;
  /** Requests in the order in which they are sent; after the last comes the first again. */
  requests(world: World): readonly BenchRequest[];
  /** The limits that we are compared with, by name; ratios are to the first one. */
  readonly limits: Readonly<Record<string, BareRoute>>;
  /** Registers the route on Fastify. */
  fastify(peer: FastifyPeer): void;
  /** True where the time that a client alone waits is reported, too: for what writes. */
  readonly singleClient?: true;
  /** True where a request succeeds once only: none is sent to a server twice, and running out of them is an error. */
  readonly once?: true;
  /** True when answers name new things (ids, times), so that they cannot be equal. */
  readonly answersDiffer?: true;
}
