import type { Clock } from '../../core/clock.ts';
import { type Allowance, inSlices } from '../../core/in-slices.ts';
import type { Automaton } from '../../core/words/automaton.ts';
import { building, type ListedWord } from '../../core/words/build.ts';
import { fromBytes, toBytes } from '../../core/words/bytes.ts';
import type { ScreeningPorts } from '../../http/screening.ts';
import { pagesOfWords, setCompiled, standingOf } from './stored.ts';

/** However much it takes: a list half of which is looked for helps nobody. */
const WHOLE: Allowance = {
  trips: Number.POSITIVE_INFINITY,
  ms: Number.POSITIVE_INFINITY,
  connections: 1,
};

/** Builds the automaton of some words, in slices of some milliseconds. */
export async function compiled(clock: Clock, words: Iterable<ListedWord>): Promise<Automaton> {
  const steps = building(words);
  let made: Automaton | undefined;
  await inSlices(
    clock,
    async () => {
      const { done, value } = steps.next();
      made = done ? value : undefined;
      return !done;
    },
    { allowance: WHOLE },
  );
  if (!made) throw new Error('The words were not built to their end.');
  return made;
}

async function fromDatabase({ db, clock }: Pick<ScreeningPorts, 'db' | 'clock'>): Promise<Automaton> {
  const all: ListedWord[] = [];
  for await (const page of pagesOfWords(db)) all.push(...page);
  return compiled(clock, all);
}

const nameOf = (version: string): string => `words-${version}`;

/**
 * The automaton of a list: of the bytes that lie ready, else built of the database. What another change overtakes in
 * the middle is of neither list, and the next look sees to it.
 */
export async function loadWords(ports: ScreeningPorts, version: string): Promise<Automaton> {
  const bytes = await ports.ownFiles?.get(nameOf(version));
  return (bytes && fromBytes(bytes)) ?? fromDatabase(ports);
}

/**
 * Lays the bytes of the list that stands ready for those who do not live long enough to build it, where there are any.
 * @returns 1 where it did
 */
export async function layWordsReady({ db, clock, ownFiles }: ScreeningPorts): Promise<number> {
  if (!ownFiles) return 0;
  const before = await standingOf(db);
  if (before.version === before.compiled) return 0;
  const automaton = await fromDatabase({ db, clock });
  const { version } = await standingOf(db);
  // Words that changed meanwhile may be in it or not: the next run begins again.
  if (version !== before.version) return 0;
  await ownFiles.put(nameOf(version), toBytes(automaton));
  await db.write(setCompiled({ version }));
  if (before.compiled) await ownFiles.delete(nameOf(before.compiled));
  return 1;
}
