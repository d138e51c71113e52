/** Logs in, and goes on with the kept session after a restart of the app. */
import { createClient, type Store } from '@teahouse/client';
import { must, newcomer, password, url } from './people.ts';

const { mobile } = await newcomer('林一');

// In a browser this is webStore(localStorage).
const kept = new Map<string, string>();
const store: Store = {
  get: (name) => kept.get(name),
  set: (name, text) => kept.set(name, text),
  remove: (name) => kept.delete(name),
};

const client = createClient({ url, store, onSessionEnded: () => console.log('Please log in.') });
must((await client.logIn({ mobie: mobile, pwd: password, device: 4 })).ok, 'log in');

// The app starts again: it finds the session in the store.
const reloaded = createClient({ url, store });
const ready = await reloaded.api.ready();
console.log(`Logged in as ${must(ready.ok && ready.data.myInfo.name, 'go on')}.`);

await client.signOut(); // Please log in.
console.log(`The session is ${(await client.token()) === undefined ? 'gone' : 'still there'}.`);
