import { type Name, OPENING } from './cast.ts';

export const fenOf = (yuan: string): number => Math.round(Number(yuan) * 100);

/** What everybody should have in the wallet, in fen, by what has been paid. */
export class Purses {
  private readonly purses: Map<Name, number>;

  constructor(names: readonly Name[]) {
    this.purses = new Map(names.map((name) => [name, fenOf(OPENING)]));
  }

  of(name: Name): number {
    return this.purses.get(name) ?? 0;
  }

  gets(name: Name, yuan: string): void {
    this.purses.set(name, this.of(name) + fenOf(yuan));
  }

  pays(name: Name, yuan: string): void {
    this.purses.set(name, this.of(name) - fenOf(yuan));
  }
}
