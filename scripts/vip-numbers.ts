/**
 * `bun scripts/vip-numbers.ts`: prints the vip numbers of a fresh install as SQL (docs/decisions.md#vip-numbers), 140
 * of each type, always the same. They have eight digits and begin with 6 to 9, so that no user's id looks like one
 * for a long time to come.
 */

/** As the document numbers them; price in fen. */
export const NUMBER_TYPES = [
  { id: 1, name: 'AABB', price: 800 },
  { id: 4, name: 'AAABBB', price: 6600 },
  { id: 6, name: 'ABCABC', price: 5800 },
  { id: 7, name: '3A', price: 1800 },
  { id: 8, name: '3R', price: 600 },
  { id: 9, name: '4A', price: 8800 },
  { id: 10, name: '4R', price: 2800 },
] as const;
type TypeName = (typeof NUMBER_TYPES)[number]['name'];

const EACH = 140;
const DIGITS = 8;
const digits = Array.from({ length: 10 }, (_, digit) => String(digit));
const pairs = digits.flatMap((a) => digits.filter((b) => b !== a).map((b) => [a, b] as const));
const rising = (length: number) =>
  digits.slice(0, 11 - length).map((first) => digits.slice(Number(first), Number(first) + length).join(''));

/** How each type's numbers end. */
const ENDINGS: Readonly<Record<TypeName, readonly string[]>> = {
  AABB: pairs.map(([a, b]) => a + a + b + b),
  AAABBB: pairs.map(([a, b]) => a.repeat(3) + b.repeat(3)),
  ABCABC: pairs.flatMap(([a, b]) =>
    digits.filter((c) => c !== a && c !== b).map((c) => `${a}${b}${c}${a}${b}${c}`),
  ),
  '3A': digits.map((a) => a.repeat(3)),
  '3R': rising(3),
  '4A': digits.map((a) => a.repeat(4)),
  '4R': rising(4),
};

const last = (text: string) => Number(text.at(-1));
/** The digit before must not make the ending longer than its type says. */
const joins = (front: string, ending: string) =>
  last(front) !== Number(ending[0]) && last(front) !== Number(ending[0]) - 1;

/** A sequence that looks like chance and is always the same (Lehmer's generator). */
function sequence(seed: number) {
  let state = seed;
  return (limit: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % limit;
  };
}

/** The numbers of one type. */
export function numbersOf({ id, name }: (typeof NUMBER_TYPES)[number]): string[] {
  const draw = sequence(id * 7919);
  const endings = ENDINGS[name];
  const found = new Set<string>();
  while (found.size < EACH) {
    const ending = endings[draw(endings.length)] ?? '';
    const length = DIGITS - ending.length;
    const front = `${6 + draw(4)}${String(draw(10 ** (length - 1))).padStart(length - 1, '0')}`;
    if (joins(front, ending)) found.add(front + ending);
  }
  return [...found];
}

/** The seed migration's text. */
export function seedSql(): string {
  const taken = new Set<string>();
  const rows = NUMBER_TYPES.flatMap((type) =>
    numbersOf(type)
      .filter((number) => !taken.has(number) && taken.add(number))
      .map((number) => `\t(${type.id}, '${number}')`),
  );
  const types = NUMBER_TYPES.map(({ id, name, price }) => `\t(${id}, '${name}', ${price})`);
  return `-- Vip numbers of a fresh install (docs/decisions.md#vip-numbers), prices in fen. Written by scripts/vip-numbers.ts.
INSERT INTO number_types (id, name, price) VALUES
${types.join(',\n')};
--> statement-breakpoint
INSERT INTO vip_numbers (type_id, number) VALUES
${rows.join(',\n')};
`;
}

if (import.meta.main) process.stdout.write(seedSql());
