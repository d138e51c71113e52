import { beforeAll, expect, test } from 'vitest';
import { type Declared, declaredValues } from '../../support/declared-values.ts';
import { everyStatement } from '../../support/statements.ts';

/** A statement's placeholders, and what its type declares. */
interface Values {
  readonly at: string;
  readonly wanted: ReadonlySet<string>;
  readonly declared: Declared;
}

const missing = (wanted: ReadonlySet<string>, declared: Declared) =>
  [...wanted].filter((name) => !declared.has(name));

let all: readonly Values[];
beforeAll(async () => {
  const statements = await everyStatement();
  const declarations = await declaredValues(statements);
  all = statements.map(({ calls, names }, i) => {
    const wanted = new Set(names.filter((name) => name !== null));
    const nearest = (declarations[i] ?? []).toSorted(
      (one, other) => missing(wanted, one).length - missing(wanted, other).length || one.size - other.size,
    );
    return { at: calls.join(' in '), wanted, declared: nearest[0] ?? new Map() };
  });
}, 180_000);

test('the type of a statement declares every value that it wants', () => {
  const bare = all.flatMap(({ at, wanted, declared }) =>
    missing(wanted, declared).map((name) => `${at}: ${name}`),
  );
  expect(bare).toEqual([]);
});

test('and none that no statement wants which declares it', () => {
  const unused = new Set(all.flatMap(({ declared }) => [...declared.values()]));
  for (const { wanted, declared } of all) for (const name of wanted) unused.delete(declared.get(name) ?? '');
  expect([...unused]).toEqual([]);
});
