/** Answers friend requests as they come. */
import { realtime } from '@teahouse/client/realtime';
import { must, newcomer } from './people.ts';

const [li, wang] = [await newcomer('李雷'), await newcomer('王梅')];

const live = await realtime(li.client);
await wang.client.api.requestFriend({ destId: li.id, destType: 1 });

for await (const event of live) {
  if (event.type !== 'friendRequested') continue;
  console.log(`${event.data.name} asks.`);
  must((await li.client.api.acceptRequest({ destId: event.fromId, destType: 1 })).ok, 'accept');
  break;
}
live.close();

const ready = await wang.client.api.ready();
for (const friend of ready.ok ? ready.data.friendsInfo : []) console.log(`${friend.name} is a friend.`);
