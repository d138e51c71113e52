/** Kinds of text that others see, as operators name them in lists of words. */
export const TEXT_SCOPES = [
  'message',
  'moment',
  'comment',
  'name',
  'profile',
  'group',
  'note',
  'request',
  'money',
] as const;
export type TextScope = (typeof TEXT_SCOPES)[number];

/** What becomes of a text with a word in it, from the mildest to the hardest. */
export const WORD_ACTIONS = ['mask', 'review', 'refuse'] as const;
export type WordAction = (typeof WORD_ACTIONS)[number];

/** Bits that an action takes in a word's verdicts: 0 says nothing, then the actions in their order. */
const BITS = 2;

const shiftOf = (scope: TextScope): number => TEXT_SCOPES.indexOf(scope) * BITS;

/** What a word does in one scope, or in all, as its automaton keeps it. */
export function verdictsOf(scope: TextScope | 'all', action: WordAction): number {
  const bits = WORD_ACTIONS.indexOf(action) + 1;
  const scopes: readonly TextScope[] = scope === 'all' ? TEXT_SCOPES : [scope];
  return scopes.reduce((verdicts, each) => verdicts | (bits << shiftOf(each)), 0);
}

/** Both verdicts in one: in each scope the harder of the two. */
export function harderOf(one: number, other: number): number {
  return TEXT_SCOPES.reduce<number>((verdicts, scope) => {
    const shift = shiftOf(scope);
    return verdicts | (Math.max((one >>> shift) & 3, (other >>> shift) & 3) << shift);
  }, 0);
}

/** What a word does in a scope; undefined where it does nothing there. */
export const actionIn = (verdicts: number, scope: TextScope): WordAction | undefined =>
  WORD_ACTIONS[((verdicts >>> shiftOf(scope)) & 3) - 1];
