import { Client, type ClientOptions, memoryStore } from '../../sdk/src/index.ts';
import type { Person, TestApp } from '../support/app.ts';

/** A client of an application in this process. */
export const clientOf = (app: TestApp, options: Partial<ClientOptions> = {}): Client =>
  new Client({
    url: 'http://teahouse.test/',
    store: memoryStore(),
    fetch: (url, init) => app.fetch(new Request(url, init)),
    ...options,
  });

/** The same, signed in as somebody. */
export async function clientAs(
  app: TestApp,
  person: Person,
  options: Partial<ClientOptions> = {},
): Promise<Client> {
  const client = clientOf(app, options);
  await client.signIn(person.token);
  return client;
}

/** A reply as the server writes it. */
export const envelope = (code: number, data: object, init: ResponseInit = {}): Response =>
  new Response(JSON.stringify({ code: String(code), data }), init);
