/** People to try the examples with. A sandbox server answers the SMS code itself. */
import { type Client, createClient } from '@teahouse/client';

/** Where the server is: `npm start` in a clone of Teahouse starts a sandbox here. */
export const url = process.env['TEAHOUSE_URL'] ?? 'http://127.0.0.1:8787';

export const password = 'secret1';

export interface Person {
  readonly id: string;
  readonly mobile: string;
  readonly client: Client;
}

/** Ends the example where something is not as it should be. */
export function must<Value>(value: Value | false | undefined, what: string): Value {
  if (!value) throw new Error(`It failed to ${what}.`);
  return value;
}

/** Somebody new, logged in. */
export async function newcomer(name: string): Promise<Person> {
  const mobile = `139${String(Math.random()).slice(2, 10).padEnd(8, '0')}`;
  const client = createClient({ url });
  const code = await client.api.getValidateNum({ mobile });
  const validateNum = must(code.ok && code.data.info, 'get a code');
  const made = await client.api.register({ mobile, pwd: password, validateNum, name });
  const id = must(made.ok && made.data.id, 'register');
  const login = await client.logIn({ mobie: mobile, pwd: password, device: 1 });
  must(login.ok, 'log in');
  return { id, mobile, client };
}

/** Makes two people friends. */
export async function befriend(one: Person, other: Person): Promise<void> {
  await one.client.api.requestFriend({ destId: other.id, destType: 1 });
  const accepted = await other.client.api.acceptRequest({ destId: one.id, destType: 1 });
  must(accepted.ok, 'become friends');
}
