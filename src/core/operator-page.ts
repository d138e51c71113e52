/** How many rows an operator is shown at once. */
export const LIST_SIZE = 100;

/** The values of a query that shows one page. @param page from 1 */
export const operatorPage = (page: number) => ({ offset: (page - 1) * LIST_SIZE });
