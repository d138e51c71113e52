/** Shows a friend come and go. */
import { realtime } from '@teahouse/client/realtime';
import { befriend, newcomer } from './people.ts';

const [li, wang] = [await newcomer('李雷'), await newcomer('王梅')];
await befriend(li, wang);

const { promise: came, resolve: hasCome } = Promise.withResolvers<void>();
const live = await realtime(li.client, {
  presence: true,
  onPresence(userId, isOnline) {
    if (userId !== wang.id) return;
    console.log(`王梅 is ${isOnline ? 'here' : 'away'}.`);
    if (isOnline) hasCome();
  },
});

const theirs = await realtime(wang.client);
await came;
console.log(live.isOnline(wang.id) === true);
theirs.close();
live.close();
