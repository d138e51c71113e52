/**
 * One of the numbers that a column's words stand for: `WordOf<typeof FRIEND>` is 0, 1 or 2. A column that holds a
 * state, a kind or a role has its words beside its table, and nothing else writes the numbers. Written into SQL,
 * as `state = ${FRIEND.friends}`, a word becomes the number itself, so that it can choose a partial index.
 */
export type WordOf<Words> = Words[keyof Words];
