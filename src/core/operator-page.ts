/** How many rows an operator is shown at once. */
export const LIST_SIZE = 100;
