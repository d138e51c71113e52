/** Tells refusals from lost lines, and shows each as a user would want it. */
import { createClient } from '@teahouse/client';
import { newcomer, password, url } from './people.ts';

const { mobile } = await newcomer('林一');

async function tryToLogIn(address: string, pwd: string): Promise<string> {
  const client = createClient({ url: address, retries: 0 });
  const login = await client.logIn({ mobie: mobile, pwd });
  if (login.ok) return 'Welcome.';
  if (login.isLost) return `No network (${login.reason}).`;
  if (login.reason === 'WRONG_PASSWORD') return 'That password is wrong.';
  if (login.reason === 'INVALID_PARAMETER') return `Please look at ${login.field}.`;
  return login.info;
}

console.log(await tryToLogIn(url, 'wrong-one'));
console.log(await tryToLogIn(url, ''));
console.log(await tryToLogIn('http://127.0.0.1:9', password));
console.log(await tryToLogIn(url, password));
