/** How many rows an operator is shown at once. */
export const LIST_SIZE = 100;
/** How far rows are counted where there may be millions: a longer list says so many. */
export const MOST_COUNTED = 100_000;
/** So many rows of a person, or of an amount, a page of a search looks through at most. */
export const LOOKED_THROUGH = 5000;
