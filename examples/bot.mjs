// Answers everybody. It runs on Node 20 as it is: where there is no WebSocket, realtime asks by plain requests.
import { createClient } from '@teahouse/client';
import { realtime } from '@teahouse/client/realtime';

const { TEAHOUSE_URL: url = 'http://127.0.0.1:8787', TEAHOUSE_TOKEN: token = '' } = process.env;

const client = createClient({ url });
await client.signIn(token);
const live = await realtime(client, {
  line: 'polling',
  onStatus: ({ state }) => state === 'live' && console.log('I listen.'),
});

for await (const event of live) {
  if (event.type === 'friendRequested') await client.api.acceptRequest({ destId: event.fromId, destType: 1 });
  if (event.type === 'text' && event.fromType === 1)
    await live.send({ user: event.fromId }, 'text', `${event.fromName}, you said: ${event.content}`);
}
console.log(`I stop: ${live.status.because}.`);
