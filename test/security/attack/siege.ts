import { startTarget } from '../../e2e/support/target.ts';
import type { Seeded } from '../../support/seeded.ts';
import type { Attack, Outcome, Stage } from './attack.ts';
import { startNeighbour, type Waits } from './neighbour.ts';
import { newPerson, type Person, type Server, smsCode } from './server.ts';

export interface Conditions {
  /** A server that runs already; without it one is started for the attack. */
  readonly base: string | undefined;
  readonly socketIoUrl: string | undefined;
  /** How much longer than on the quiet server a neighbour may wait, in milliseconds. */
  readonly patience: number;
  readonly random: Seeded;
}

export type Siege = { readonly skipped: string } | (Outcome & { readonly waits: Waits });

/** How long the quiet server is measured before an attack, in milliseconds. */
const QUIET_MS = 1500;

/** A server with its limits as they are by default, to which one machine may play several networks. */
const OWN: Readonly<Record<string, string>> = {
  RATE_LIMITS: 'on',
  TRUSTED_PROXIES: '127.0.0.1',
  LOG: 'errors',
  DATABASE_TIMEOUT_MS: '10000',
};

async function open({ base, socketIoUrl }: Conditions, settings: Readonly<Record<string, string>> = {}) {
  if (base) {
    const server: Server = { url: base.replace(/\/+$/, ''), socketIoUrl, isOwn: false };
    return { server, stop: async () => {} };
  }
  const target = await startTarget(process.env['TARGET'] ?? 'bun', { ...OWN, ...settings });
  const server: Server = { url: target.url, socketIoUrl: target.socketIoUrl, isOwn: true };
  return { server, stop: target.stop };
}

/** Numbers people's addresses, each in a network of its own. */
function addresses() {
  let count = 0;
  return () => {
    count += 1;
    return `198.51.${(count >> 8) & 255}.${count & 255}`;
  };
}

/** Two people who are no part of the attack: one pays the other. */
async function makeNeighbours(server: Server, person: (name?: string) => Promise<Person>) {
  const [payer, payee] = [await person('邻居'), await person('店家')];
  const validateNum = await smsCodeSoon(server, payer);
  await payer.call('/pay/setPayPwd', { pwd: '258369', validateNum });
  const { code, text } = await payer.call('/wallet/recharge', { amount: '100.00' });
  if (code !== '1') throw new Error(`The neighbour has no money: ${text}`);
  return startNeighbour({ url: server.url, payer: payer.headers, payeeId: payee.id });
}

/** A second code to one number, which a server with the document's limits gives after half a minute. */
async function smsCodeSoon(server: Server, { mobile, address }: Person): Promise<string> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await smsCode(server, mobile, address);
    } catch (error) {
      if (tries === 40) throw error;
      await new Promise((soon) => setTimeout(soon, 1000));
    }
  }
}

function missing({ needs = [] }: Attack, server: Server): string | undefined {
  if (needs.includes('socket.io') && !server.socketIoUrl) return 'no port for the original apps';
  if (needs.includes('own') && !server.isOwn) return 'only against a server that the suite starts';
  return undefined;
}

/** What a neighbour met that should not be. */
function complaints(waits: Waits, quiet: Waits, patience: number): string[] {
  const found = waits.failures.map((failure) => `a neighbour was refused: ${failure}`);
  for (const kind of ['health', 'payment'] as const)
    if (waits[kind] > quiet[kind] + patience)
      found.push(`a neighbour's ${kind} waited ${waits[kind]} ms; ${quiet[kind]} ms on the quiet server`);
  return found;
}

/** An attack that could not go on: the server did not answer as it answers to anybody. */
const ended = (error: unknown): Outcome => ({ tried: 0, broken: [`the attack ended: ${String(error)}`] });

/** Runs one attack with a neighbour beside it, on a server of its own or on the one that was named. */
export async function besiege(attack: Attack, conditions: Conditions): Promise<Siege> {
  const { server, stop } = await open(conditions, attack.settings);
  const next = addresses();
  const person = (name = '茶客') => newPerson(server, next(), name);
  try {
    const skipped = missing(attack, server);
    if (skipped) return { skipped };
    const neighbour = await makeNeighbours(server, person);
    try {
      const stage: Stage = { server, random: conditions.random, person };
      await neighbour.begin();
      await new Promise((soon) => setTimeout(soon, QUIET_MS));
      const quiet = await neighbour.end();
      await neighbour.begin();
      const { tried, broken } = await attack.run(stage).catch(ended);
      const waits = await neighbour.end();
      return { tried, waits, broken: [...broken, ...complaints(waits, quiet, conditions.patience)] };
    } finally {
      neighbour.stop();
    }
  } finally {
    await stop();
  }
}
