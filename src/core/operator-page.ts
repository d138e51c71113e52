/** How many rows an operator is shown at once. */
export const LIST_SIZE = 100;
/** How far rows are counted where there may be millions: a longer list says so many. */
export const MOST_COUNTED = 100_000;
