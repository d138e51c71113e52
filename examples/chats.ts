/** The list of chats after a login on a second device, with what is unread; and a search. */
import { createClient } from '@teahouse/client';
import { realtime } from '@teahouse/client/realtime';
import { befriend, must, newcomer, password, url } from './people.ts';

const [li, wang] = [await newcomer('李雷'), await newcomer('王梅')];
await befriend(li, wang);
const phone = await realtime(wang.client);
for (const text of ['喝茶？', '龙井还是普洱？'])
  must((await phone.send({ user: li.id }, 'text', text)).ok, 'write');

// A browser that has never been here.
const browser = createClient({ url });
must((await browser.logIn({ mobie: li.mobile, pwd: password, device: 4 })).ok, 'log in');
const live = await realtime(browser, { conversations: true });
const chats = live.conversations;
await chats.refresh();
const show = () => {
  for (const { name, unread, last } of chats.list) console.log(`${name} (${unread} unread): ${last.content}`);
};
show();

await live.markRead({ user: wang.id });
await chats.refresh();
show();

// The server takes messages into its search some seconds behind their sending.
for (let found = false; !found; ) {
  for await (const message of live.search('普洱')) {
    console.log(`Found: ${message.content}`);
    found = true;
  }
  if (!found) await new Promise((soon) => setTimeout(soon, 1000));
}

live.close();
phone.close();
