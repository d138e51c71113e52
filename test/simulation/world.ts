import { type AppOptions, type Params, type Person, person, type TestApp, testApp } from '../support/app.ts';
import { befriend } from '../support/friends.ts';
import { withPayPassword } from '../support/money.ts';
import type { Seeded } from '../support/seeded.ts';

/** What people of a life know of each other's doings, and so can act on. */
export interface World {
  readonly app: TestApp;
  readonly random: Seeded;
  readonly people: readonly Person[];
  readonly groups: { readonly id: string; readonly owner: Person }[];
  readonly packets: { readonly id: string; readonly command: string }[];
  readonly transfers: { readonly id: string; readonly payee: Person; readonly fen: number }[];
  readonly bills: {
    readonly id: string;
    readonly payee: Person;
    readonly share: string;
    readonly payer?: Person;
  }[];
  readonly moments: { readonly id: string; readonly author: Person }[];
}

// biome-ignore lint/suspicious/noExplicitAny: each action reads what its own reply has
type Data = any;

/** Something that somebody wants to do. */
export interface Draft {
  /** Who does it, where it is not the one who was drawn. */
  readonly who?: Person;
  readonly path: string;
  readonly params: Params;
  /** What its success does to whose wallet, in fen; fees for joining are the server's to tell. */
  readonly effects?: (data: Data) => readonly (readonly [who: Person, fen: number])[];
  /** What others learn from its success. */
  readonly learn?: (data: Data) => void;
}

const PEOPLE = 14;

/** A fresh application with some people, most of them friends, and two groups. */
export async function newWorld(random: Seeded, options: AppOptions = {}): Promise<World> {
  const app = await testApp(options);
  const people: Person[] = [];
  for (let i = 0; i < PEOPLE; i += 1) {
    const who = await person(app, `民${i}`);
    if (i > 0) await withPayPassword(app, who);
    people.push(who);
  }
  for (const [i, one] of people.entries())
    for (const other of people.slice(i + 1)) if (random.chance(60)) await befriend(one, other);
  const groups = [];
  for (const owner of people.slice(1, 3)) {
    const ids = people.filter((who) => who !== owner && random.chance(50)).map(({ id }) => id);
    const { data } = await owner.call('/chat/createGroup', { name: '老茶馆', ids: ids.join(',') });
    groups.push({ id: String(data.id), owner });
  }
  return { app, random, people, groups, packets: [], transfers: [], bills: [], moments: [] };
}
