import { parseYuan } from '../../src/core/fen.ts';
import type { Actor } from '../../src/operations/actor.ts';
import { runOperation } from '../../src/operations/run.ts';
import { operations } from '../../src/operations.ts';
import type { Platform } from '../../src/realtime/context.ts';
import type { Trade } from '../../src/sandbox-gateway/trades.ts';
import type { HostileRefunds } from '../support/hostile-refunds.ts';
import type { World } from './world.ts';

/** A life of people and of those who run the server, as a model of it goes along. */
export interface Life {
  readonly world: World;
  readonly home: Platform;
  readonly wallets: Map<number, number>;
  /** Requests by their number, and who has asked. */
  readonly asked: Map<number, string>;
  readonly decided: Set<number>;
  /** What a person has moved alone, by person, whom and day. */
  readonly alone: Map<string, number>;
  readonly shut: Set<number>;
  /** Whose freeze a batch touches: of them it knows nothing meanwhile. */
  readonly touched: Set<number>;
  /** Shares that people have taken of red packets. */
  readonly opened: { readonly packet: number; readonly user: number }[];
  readonly written: Map<string, number>;
  recharged: number;
  credited: number;
  debited: number;
  seized: number;
  paidFromSeized: number;
  readonly succeeded: Set<string>;
  readonly providers: HostileRefunds;
  /** Payments at providers, of an order or of none. */
  readonly trades: Trade[];
  /** What settled payouts have taken out, less what came back. */
  paidOut: number;
}

export type Given = Readonly<Record<string, unknown>>;
// biome-ignore lint/suspicious/noExplicitAny: each act reads what its own answer has
export type Answer = any;

export async function operate(
  life: Life,
  actor: Actor,
  name: string,
  given: Given,
): Promise<Answer | undefined> {
  const operation = operations.find((each) => each.name === name);
  if (!operation) throw new Error(`There is no ${name}.`);
  try {
    return JSON.parse((await runOperation(life.home, operation, { actor, requestId: 'life', given })).text);
  } catch (error) {
    if (error instanceof Error && error.name === 'Refused') return undefined;
    throw error;
  }
}

export const fenOf = (text: string) => parseYuan(text) ?? 0;
export const add = <Key>(map: Map<Key, number>, key: Key, amount: number) =>
  map.set(key, (map.get(key) ?? 0) + amount);
export const wrote = ({ written, succeeded }: Life, name: string) => {
  add(written, name, 1);
  succeeded.add(name);
};
