/** Founds a group, talks in it, and reads what was said. */
import { realtime } from '@teahouse/client/realtime';
import { befriend, must, newcomer } from './people.ts';

const [host, guest] = [await newcomer('林一'), await newcomer('王二')];
await befriend(host, guest);

const made = await host.client.api.createGroup({ name: '茶话会', ids: [guest.id] });
const group = must(made.ok && made.data.id, 'found the group');

const [hosts, guests] = [await realtime(host.client), await realtime(guest.client)];
await hosts.send({ group }, 'text', '喝茶？');
await guests.send({ group }, 'mention', { atIds: host.id, content: '@林一 好' });

for await (const event of hosts) {
  if (event.type !== 'mention' || !event.data?.atIds?.split(',').includes(host.id)) continue;
  console.log(`${event.fromName} mentions me: ${event.data.content}`);
  await hosts.markRead({ group });
  break;
}

const past = guests.history({ group });
for await (const message of past) console.log(`${message.fromName}: ${message.content}`);
if (past.failure) throw new Error(past.failure.info);

hosts.close();
guests.close();
