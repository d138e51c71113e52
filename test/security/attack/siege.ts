import { startTarget } from '../../e2e/support/target.ts';
import type { Seeded } from '../../support/seeded.ts';
import type { Attack, Outcome, Stage } from './attack.ts';
import { type Neighbour, startNeighbour, type Waits } from './neighbour.ts';
import { newPerson, type Person, type Server, smsCode } from './server.ts';

export interface Conditions {
  /** A server that runs already; without it one is started for the attack. */
  readonly base: string | undefined;
  readonly socketIoUrl: string | undefined;
  /** How much of what is done very often is done: 1 is all. */
  readonly part: number;
  /** How much longer than on the quiet server a neighbour may wait, in milliseconds. */
  readonly patience: number;
  /** Draws the same inputs for every attack. */
  random(): Seeded;
}

export type Siege = { readonly skipped: string } | (Outcome & { readonly waits: Waits });

/** How long the quiet server is measured before an attack, in milliseconds. */
const QUIET_MS = 1000;

type Settings = Readonly<Record<string, string>>;

/** A server with its limits as they are by default, to which one machine may play several networks. */
const OWN: Settings = {
  RATE_LIMITS: 'on',
  TRUSTED_PROXIES: '127.0.0.1',
  LOG: 'errors',
  DATABASE_TIMEOUT_MS: '10000',
};

/** Numbers people's addresses, each in a network of its own. */
function addresses() {
  let count = 0;
  return () => {
    count += 1;
    return `198.51.${(count >> 8) & 255}.${count & 255}`;
  };
}

/** A server with a neighbour on it, which several attacks may meet one after another. */
interface Ground {
  readonly server: Server;
  readonly neighbour: Neighbour;
  person(name?: string): Promise<Person>;
  stop(): Promise<void>;
}

async function open({ base, socketIoUrl }: Conditions, settings: Settings) {
  if (base) {
    const server: Server = { url: base.replace(/\/+$/, ''), socketIoUrl, isOwn: false };
    return { server, stop: async () => {} };
  }
  const target = await startTarget(process.env['TARGET'] ?? 'bun', { ...OWN, ...settings });
  const server: Server = { url: target.url, socketIoUrl: target.socketIoUrl, isOwn: true };
  return { server, stop: target.stop };
}

async function prepare(conditions: Conditions, settings: Settings): Promise<Ground> {
  const { server, stop } = await open(conditions, settings);
  const next = addresses();
  const person = (name = '茶客') => newPerson(server, next(), name);
  try {
    const neighbour = await makeNeighbours(server, person);
    return {
      server,
      neighbour,
      person,
      async stop() {
        neighbour.stop();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
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

/** Lays siege by one attack after another. */
export interface Sieges {
  /** Runs an attack with a neighbour beside it. */
  besiege(attack: Attack): Promise<Siege>;
  end(): Promise<void>;
}

/** Attacks without settings of their own share a server, until one of them breaks it. */
export function sieges(conditions: Conditions): Sieges {
  const times = (all: number) => Math.ceil(all * conditions.part);
  let shared: Ground | undefined;

  async function groundFor(settings: Settings | undefined): Promise<Ground> {
    if (settings) return prepare(conditions, settings);
    shared ??= await prepare(conditions, {});
    return shared;
  }

  async function leave(ground: Ground, isBroken: boolean) {
    if (ground === shared && !isBroken) return;
    if (ground === shared) shared = undefined;
    await ground.stop();
  }

  return {
    async besiege(attack) {
      const ground = await groundFor(attack.settings);
      const { server, neighbour, person } = ground;
      let isBroken = true;
      try {
        const skipped = missing(attack, server);
        if (skipped) {
          isBroken = false;
          return { skipped };
        }
        const stage: Stage = { server, random: conditions.random(), person, times };
        await neighbour.begin();
        await new Promise((soon) => setTimeout(soon, QUIET_MS));
        const quiet = await neighbour.end();
        await neighbour.begin();
        const { tried, broken } = await attack.run(stage).catch(ended);
        const waits = await neighbour.end();
        const all = [...broken, ...complaints(waits, quiet, conditions.patience)];
        isBroken = all.length > 0;
        return { tried, waits, broken: all };
      } finally {
        await leave(ground, isBroken);
      }
    },
    end: async () => shared?.stop(),
  };
}
