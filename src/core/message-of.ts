/** What an error says, for a log or an operator. What was thrown and is no error may hold anything: only its kind is told. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : typeof error);
