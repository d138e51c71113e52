import type { Seeded } from '../../support/seeded.ts';
import type { Person, Server } from './server.ts';

/** What an attack works with. */
export interface Stage {
  readonly server: Server;
  /** Draws the part of the inputs that differs each run. */
  readonly random: Seeded;
  /** How often something is done that is done very often: so many times, or the part of it that is asked for. */
  times(all: number): number;
  /** Somebody new, logged in, who calls from an address of their own where the server believes that. */
  person(name?: string): Promise<Person>;
}

/** How an attack ended. */
export interface Outcome {
  /** How often it was tried: requests, packets or files. */
  readonly tried: number;
  /** What did not hold; empty where all did. */
  readonly broken: readonly string[];
}

/** One attack, as `docs/security.md` lists it. */
export interface Attack {
  readonly name: string;
  /** What is done, and what must hold, in a sentence. */
  readonly about: string;
  /** What a server must have or be for this attack; without it the suite says why it was left out. */
  readonly needs?: readonly Need[];
  /** Settings of a server that the suite starts itself; a server that runs already keeps its own. */
  readonly settings?: Readonly<Record<string, string>>;
  run(stage: Stage): Promise<Outcome>;
}

/**
 * `socket.io`: a port for the original apps, which a Worker has not. `own`: started by the suite itself, because
 * the attack fills a quota, needs settings, or plays many networks by `X-Forwarded-For`.
 */
export type Need = 'socket.io' | 'own';

/** Declares an attack. */
export const attack = (declared: Attack): Attack => declared;
