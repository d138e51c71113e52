import type { IncomingMessage } from 'node:http';

/** A parameter of a request's address. */
export const queryOf = (request: IncomingMessage, name: string): string | null =>
  new URL(request.url ?? '/', 'http://localhost').searchParams.get(name);
